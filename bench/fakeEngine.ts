import { Server, ServerCredentials, type handleUnaryCall } from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { GetRootResourceResponse, SetRootResourceResponse } from "@pulumi/pulumi/proto/engine_pb";
import type { LogRequest } from "@pulumi/pulumi/proto/engine_pb";
import { RequirePulumiVersionResponse } from "@pulumi/pulumi/proto/engine_pb";
import { InvokeResponse } from "@pulumi/pulumi/proto/provider_pb";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import { DeploymentInfo, SupportsFeatureResponse } from "@pulumi/pulumi/proto/resource_pb";
import { BinaryReader, BinaryWriter } from "google-protobuf";
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
  server.addService({ ...ResourceMonitorService, ...UNREAD }, monitor(registered));
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
    registerResource: answer((request: Uint8Array) => {
      const { type, name, object } = read(request);
      const urn = `urn:pulumi:bench::antares::${type}::${name}`;
      registered.push(urn);
      return response(urn, object);
    }),
    registerResourceOutputs: answer(() => new Uint8Array()),
    signalAndWaitForShutdown: answer(() => new Empty()),
  };
}

/** Large messages pass as bytes: taking them apart in JavaScript would make the program wait. */
const asBytes = {
  requestDeserialize: (bytes: Buffer) => bytes,
  responseSerialize: (bytes: Uint8Array) => Buffer.from(bytes),
};
const UNREAD = {
  registerResource: { ...ResourceMonitorService.registerResource, ...asBytes },
  registerResourceOutputs: { ...ResourceMonitorService.registerResourceOutputs, ...asBytes },
};

/** Of pulumirpc.RegisterResourceRequest, by the numbers of its fields. */
function read(request: Uint8Array) {
  const found = { type: "", name: "", object: new Uint8Array() as Uint8Array };
  const reader = new BinaryReader(request);
  while (reader.nextField()) {
    const field = reader.getFieldNumber();
    if (field === 1) found.type = reader.readString();
    else if (field === 2) found.name = reader.readString();
    else if (field === 5) found.object = reader.readBytes();
    else reader.skipField();
  }
  return found;
}

/** A pulumirpc.RegisterResourceResponse. */
function response(urn: string, object: Uint8Array): Uint8Array {
  const writer = new BinaryWriter();
  writer.writeString(1, urn);
  writer.writeBytes(3, object);
  return writer.getResultBuffer();
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
