import { status, type sendUnaryData, type UntypedServiceImplementation } from "@grpc/grpc-js";
import * as plugin from "@pulumi/pulumi/proto/plugin_pb";
import * as pb from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { checkResponse, unary } from "./calls";
import { resourceService, type ServiceArgs } from "./resources";
import type { Properties, ResourceHandler, StandIn } from "./standIn";
import { changedKeys, isProperties, toProperties, withoutEnvelopes } from "./values";

/**
 * Methods of the protocol that nothing here has; the engine can live without all of them. A plugin
 * that shakes hands is taken to support previews, and would be asked to create in one; without the
 * handshake the engine goes by the answer of `configure`.
 */
const absent = [
  "handshake",
  "parameterize",
  "call",
  "construct",
  "getMapping",
  "getMappings",
] as const;

/** The provider protocol over a stand-in. Thrown errors become the call's error, message only. */
export function providerService(args: ServiceArgs): UntypedServiceImplementation {
  let handlers: Readonly<Record<string, ResourceHandler>> | undefined;
  const { standIn } = args;
  const configured = (type: string): ResourceHandler => {
    if (handlers === undefined) throw new Error(`${standIn.name} is not configured`);
    const handler = handlers[type];
    if (handler !== undefined) return handler;
    throw new Error(`the stand-in for ${standIn.name} has no resource type ${type}`);
  };
  return {
    getPluginInfo: unary(() => new plugin.PluginInfo().setVersion(standIn.version)),
    getSchema: unary(() => schema(standIn)),
    attach: unary(() => new Empty()),
    cancel: unary(() => {
      args.cancel.abort(new Error("context canceled"));
      return new Empty();
    }),
    checkConfig: unary((request: pb.CheckRequest) => checkConfig(standIn, request)),
    diffConfig: unary(diffConfig),
    configure: unary((request: pb.ConfigureRequest) => {
      handlers = standIn.configure(configuration(request.getArgs()));
      return new pb.ConfigureResponse().setAcceptsecrets(false).setSupportspreview(false);
    }),
    invoke: unary((request: pb.InvokeRequest) => {
      throw new Error(`the stand-in for ${standIn.name} has no function ${request.getTok()}`);
    }),
    ...Object.fromEntries(absent.map((method) => [method, unimplemented])),
    list: (call: { destroy(error: Error): void }) => call.destroy(new Error(NOT_PART)),
    ...resourceService({ ...args, handler: configured }),
  };
}

const NOT_PART = "not part of the stand-in";

function unimplemented(_: unknown, callback: sendUnaryData<never>): void {
  callback({ code: status.UNIMPLEMENTED, details: NOT_PART });
}

function schema(standIn: StandIn): pb.GetSchemaResponse {
  const text = JSON.stringify({ name: standIn.name, version: standIn.version, resources: {} });
  return new pb.GetSchemaResponse().setSchema(text);
}

function checkConfig(standIn: StandIn, request: pb.CheckRequest): pb.CheckResponse {
  const failures = standIn.checkConfig(configuration(request.getNews()));
  // What is recorded keeps its envelopes: without them a password would be in clear in the state.
  return checkResponse(toProperties(request.getNews()), failures);
}

function configuration(struct: Parameters<typeof toProperties>[0]): Properties {
  const plain = withoutEnvelopes(toProperties(struct));
  return isProperties(plain) ? plain : {};
}

/** No property of the configuration replaces the provider: a new address is the same server. */
function diffConfig(request: pb.DiffRequest): pb.DiffResponse {
  const olds = configuration(request.getOldInputs() ?? request.getOlds());
  const keys = changedKeys(olds, configuration(request.getNews()));
  const { DIFF_NONE, DIFF_SOME } = pb.DiffResponse.DiffChanges;
  return new pb.DiffResponse()
    .setChanges(keys.length === 0 ? DIFF_NONE : DIFF_SOME)
    .setDiffsList(keys);
}
