import { Server, ServerCredentials, type handleUnaryCall } from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { GetRootResourceResponse, SetRootResourceResponse } from "@pulumi/pulumi/proto/engine_pb";
import type { LogRequest } from "@pulumi/pulumi/proto/engine_pb";
import { RequirePulumiVersionResponse } from "@pulumi/pulumi/proto/engine_pb";
import { InvokeResponse } from "@pulumi/pulumi/proto/provider_pb";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import {
  DeploymentInfo,
  type RegisterResourceRequest,
  RegisterResourceResponse,
  SupportsFeatureResponse,
} from "@pulumi/pulumi/proto/resource_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";

/** An engine that answers every program's calls at once, so that only the program takes time. */
export interface FakeEngine {
  /** `HOST:PORT`, for both --engine and --monitor. */
  readonly address: string;
  /** URNs that were registered since it began, or since `forget`. */
  readonly registered: readonly string[];
  /** Error messages that programs logged. */
  readonly errors: readonly string[];
  forget(): void;
  stop(): void;
}

/** As in the preview of a stack that does not exist yet: outputs that are not inputs are unknown. */
export async function startFakeEngine(): Promise<FakeEngine> {
  const registered: string[] = [];
  const errors: string[] = [];
  const server = new Server({ "grpc.max_receive_message_length": -1 });
  server.addService(ResourceMonitorService, monitor(registered));
  server.addService(EngineService, engine(errors));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return {
    address: `127.0.0.1:${port}`,
    registered,
    errors,
    forget: () => [registered, errors].forEach((list) => list.splice(0)),
    stop: () => server.forceShutdown(),
  };
}

function answer<Request, Response>(
  make: (request: Request) => Response,
): handleUnaryCall<Request, Response> {
  return (call, callback) => callback(null, make(call.request));
}

function monitor(registered: string[]) {
  return {
    getDeploymentInfo: answer(() => new DeploymentInfo()),
    supportsFeature: answer(() => new SupportsFeatureResponse().setHassupport(true)),
    invoke: answer(() => new InvokeResponse()),
    registerResource: answer((request: RegisterResourceRequest) => {
      const urn = `urn:pulumi:bench::antares::${request.getType()}::${request.getName()}`;
      registered.push(urn);
      return new RegisterResourceResponse().setUrn(urn).setObject(request.getObject());
    }),
    registerResourceOutputs: answer(() => new Empty()),
    signalAndWaitForShutdown: answer(() => new Empty()),
  };
}

function engine(errors: string[]) {
  const severe = 3;
  let root = "";
  return {
    log: answer((request: LogRequest) => {
      if (request.getSeverity() >= severe) errors.push(request.getMessage());
      return new Empty();
    }),
    getRootResource: answer(() => new GetRootResourceResponse().setUrn(root)),
    setRootResource: answer((request: { getUrn(): string }) => {
      root = request.getUrn();
      return new SetRootResourceResponse();
    }),
    requirePulumiVersion: answer(() => new RequirePulumiVersionResponse()),
  };
}
