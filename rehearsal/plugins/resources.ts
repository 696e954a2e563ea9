import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import * as pb from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { checkResponse, unary } from "./calls";
import type { EngineLog } from "./engineLog";
import type { CallContext, ResourceHandler, StandIn } from "./standIn";
import { changedKeys, toProperties, toStruct } from "./values";

export interface ServiceArgs {
  readonly standIn: StandIn;
  readonly log: EngineLog;
  /** Aborted when the engine asks for it. */
  readonly cancel: AbortController;
}

interface ResourceArgs extends ServiceArgs {
  /** @throws Error for an unknown type, or before `configure`. */
  handler(type: string): ResourceHandler;
}

interface ResourceRequest {
  getUrn(): string;
}

/** The calls of the protocol that are about one resource. */
export function resourceService(args: ResourceArgs): UntypedServiceImplementation {
  const handlerOf = (request: ResourceRequest) => args.handler(typeOf(request.getUrn()));
  const calling = caller(args);
  return {
    check: unary((request: pb.CheckRequest) => check(handlerOf(request), request)),
    diff: unary((request: pb.DiffRequest) => diff(handlerOf(request), request)),
    create: unary((request: pb.CreateRequest) =>
      calling(request, (context) => create(handlerOf(request), request, context)),
    ),
    read: unary((request: pb.ReadRequest) =>
      calling(request, (context) => read(handlerOf(request), request, context)),
    ),
    update: unary((request: pb.UpdateRequest) =>
      calling(request, (context) => update(handlerOf(request), request, context)),
    ),
    delete: unary((request: pb.DeleteRequest) =>
      calling(request, async (context) => {
        const state = toProperties(request.getProperties());
        const inputs = toProperties(request.getOldInputs());
        await handlerOf(request).delete({ id: request.getId(), state, inputs }, context);
        return new Empty();
      }),
    ),
  };
}

/** `urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME`. */
function typeOf(urn: string): string {
  return (urn.split("::")[2] ?? "").split("$").at(-1) ?? "";
}

function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

type Work<T> = (context: CallContext) => Promise<T>;
interface TimedRequest extends ResourceRequest {
  /** Seconds of `customTimeouts`; 0: none. */
  getTimeout(): number;
}

/** Runs work with a signal and a log of its own; its log lines are out before its answer is. */
function caller({ cancel, log }: ServiceArgs) {
  return async <T>(request: TimedRequest, work: Work<T>): Promise<T> => {
    const urn = request.getUrn();
    const local = new AbortController();
    const onCancel = (): void => local.abort(cancel.signal.reason);
    if (cancel.signal.aborted) onCancel();
    cancel.signal.addEventListener("abort", onCancel);
    const limit = request.getTimeout() * 1000;
    const timer =
      limit > 0
        ? setTimeout(() => local.abort(new Error("context deadline exceeded")), limit)
        : undefined;
    try {
      return await work({
        name: nameOf(urn),
        signal: local.signal,
        log: (severity, message, status) =>
          log.write({ severity, message, urn, status: status !== undefined }),
      });
    } finally {
      clearTimeout(timer);
      cancel.signal.removeEventListener("abort", onCancel);
      await log.flushed();
    }
  };
}

function check(handler: ResourceHandler, request: pb.CheckRequest): pb.CheckResponse {
  const { inputs, failures } = handler.check({
    name: nameOf(request.getUrn()),
    news: toProperties(request.getNews()),
    olds: toProperties(request.getOlds()),
    randomSeed: request.getRandomseed_asU8(),
  });
  return checkResponse(inputs, failures);
}

function diff(handler: ResourceHandler, request: pb.DiffRequest): pb.DiffResponse {
  const oldInputs = toProperties(request.getOldInputs());
  const oldState = toProperties(request.getOlds());
  const news = toProperties(request.getNews());
  const keys = handler.diff?.({ oldState, news }) ?? changedKeys(oldInputs, news);
  const { DIFF_NONE, DIFF_SOME } = pb.DiffResponse.DiffChanges;
  const response = new pb.DiffResponse()
    .setChanges(keys.length === 0 ? DIFF_NONE : DIFF_SOME)
    .setDiffsList([...keys])
    .setReplacesList(keys.filter((key) => handler.replaceOn.includes(key)))
    .setHasdetaileddiff(true);
  for (const key of keys) {
    const kind = kindOf(handler, { key, added: !(key in oldInputs), removed: !(key in news) });
    response.getDetaileddiffMap().set(key, new pb.PropertyDiff().setKind(kind).setInputdiff(true));
  }
  return response;
}

function kindOf(
  handler: ResourceHandler,
  change: { key: string; added: boolean; removed: boolean },
): pb.PropertyDiff.Kind {
  const { Kind } = pb.PropertyDiff;
  const replaces = handler.replaceOn.includes(change.key);
  if (change.added) return replaces ? Kind.ADD_REPLACE : Kind.ADD;
  if (change.removed) return replaces ? Kind.DELETE_REPLACE : Kind.DELETE;
  return replaces ? Kind.UPDATE_REPLACE : Kind.UPDATE;
}

async function create(
  handler: ResourceHandler,
  request: pb.CreateRequest,
  context: CallContext,
): Promise<pb.CreateResponse> {
  refusePreview(request);
  const { id, state } = await handler.create(toProperties(request.getProperties()), context);
  return new pb.CreateResponse().setId(id).setProperties(toStruct(state));
}

async function read(
  handler: ResourceHandler,
  request: pb.ReadRequest,
  context: CallContext,
): Promise<pb.ReadResponse> {
  const id = request.getId();
  const state = toProperties(request.getProperties());
  const inputs = toProperties(request.getInputs());
  const found =
    handler.read === undefined
      ? { state, inputs }
      : await handler.read({ id, state, inputs }, context);
  // An empty answer is how the protocol says that the resource is gone.
  if (found === undefined) return new pb.ReadResponse();
  return new pb.ReadResponse()
    .setId(id)
    .setProperties(toStruct(found.state))
    .setInputs(toStruct(found.inputs));
}

async function update(
  handler: ResourceHandler,
  request: pb.UpdateRequest,
  context: CallContext,
): Promise<pb.UpdateResponse> {
  refusePreview(request);
  const oldState = toProperties(request.getOlds());
  const news = toProperties(request.getNews());
  const state = await handler.update({ oldState, news }, context);
  return new pb.UpdateResponse().setProperties(toStruct(state));
}

/** `configure` has declined previews; running for real in one would be the worst answer. */
function refusePreview(request: { getPreview(): boolean }): void {
  if (request.getPreview()) throw new Error("the stand-in was asked to act in a preview");
}
