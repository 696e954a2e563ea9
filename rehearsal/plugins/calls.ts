import { status, type sendUnaryData, type ServerUnaryCall } from "@grpc/grpc-js";
import * as pb from "@pulumi/pulumi/proto/provider_pb";
import type { CheckFailure, Properties } from "./standIn";
import { toStruct } from "./values";

type Unary<Request, Response> = (
  call: ServerUnaryCall<Request, Response>,
  callback: sendUnaryData<Response>,
) => void;

/** A handler in the shape of the protocol's library from a function that may throw. */
export function unary<Request, Response>(
  handle: (request: Request) => Response | Promise<Response>,
): Unary<Request, Response> {
  return (call, callback) => {
    void (async () => handle(call.request))().then(
      (response) => callback(null, response),
      (error: unknown) => {
        const details = error instanceof Error ? error.message : String(error);
        callback({ code: status.UNKNOWN, details });
      },
    );
  };
}

/** The answer to both kinds of check. */
export function checkResponse(
  inputs: Properties,
  failures: readonly CheckFailure[],
): pb.CheckResponse {
  const list = failures.map(({ property, reason }) =>
    new pb.CheckFailure().setProperty(property).setReason(reason),
  );
  return new pb.CheckResponse().setInputs(toStruct(inputs)).setFailuresList(list);
}
