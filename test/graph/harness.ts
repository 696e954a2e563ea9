import { Server } from "node:net";
import { join, sep } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import type {
  RegisterResourceOutputsRequest,
  RegisterResourceRequest,
  RegisterResourceResponse,
} from "@pulumi/pulumi/proto/resource_pb";
import * as debuggable from "@pulumi/pulumi/runtime/debuggable";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import * as sdk from "@pulumi/pulumi/runtime/resource";
import { projectRoot } from "../../config/root";
import { answer, type AnswerOptions, asRecord } from "./answers";
import {
  awsAnswer,
  FOUND_ACCOUNT,
  FOUND_NETWORK,
  type FoundAccount,
  type FoundNetwork,
} from "./awsAnswers";
import type { StackConfig } from "./configuration";
import { type Registration, registrationOf, urnOf } from "./registration";

/** What one run of the program asked of the engine. */
export interface Graph {
  /** In the order in which they were registered. */
  readonly resources: readonly Registration[];
  /** Ports that the program listened on, and whether that alone would keep it alive. */
  readonly listeners: readonly Listener[];
}

export interface Listener {
  readonly port: number;
  readonly host: string;
  readonly keepsAlive: boolean;
}

export interface RunOptions extends AnswerOptions {
  readonly config: StackConfig;
  /** Where the configuration names an existing network. */
  readonly network?: FoundNetwork;
  /** On AWS; a new one where absent. */
  readonly account?: FoundAccount;
  /** What the clock shows, in milliseconds; always the same where absent. */
  readonly now?: number;
}

/** The first second of 2026. */
const NOW = Date.UTC(2026, 0);

const PROJECT = "antares";

// The SDK keeps its state in a global of its own, made at first use; made here, before the tests
// run, it is no leak of one of them.
pulumi.runtime.isDryRun();
Object.assign(globalThis, { stackResource: undefined });

/** Runs the compiled entry point as the engine does, inside a stack, and returns what it registered. */
export async function runProgram(options: RunOptions): Promise<Graph> {
  const { config } = options;
  const recorder = new Recorder({ project: PROJECT, stack: config.stack }, options);
  const restore = [recorder.attach(), stopClock(options.now ?? NOW), ...quiet()];
  const listeners = watchListeners();
  const unhandled = watchRejections();
  try {
    await pulumi.runtime.setMocks(recorder, PROJECT, config.stack, options.preview);
    pulumi.runtime.setAllConfig({ ...config.values }, [...config.secretKeys]);
    const outputs = pulumi.runtime.runInPulumiStack(() => Promise.resolve(loadProgram()));
    await Promise.race([outputs.then(() => pulumi.runtime.disconnect()), unhandled.first]);
  } catch (error) {
    await unhandled.ended();
    forgetWaiting();
    throw error;
  } finally {
    for (const undo of restore) undo();
    listeners.restore();
    unhandled.restore();
  }
  return { resources: recorder.resources(), listeners: listeners.seen() };
}

function regionOf({ values }: StackConfig): string {
  const network: unknown = JSON.parse(values["antares:network"] ?? "null");
  return String(asRecord(network)["region"]);
}

/** A fresh copy of the whole program: nothing that an earlier run left in a module counts. */
function loadProgram(): Record<string, unknown> {
  const dist = join(projectRoot, "dist");
  const ours = ["index.js", "config", "components", "providers", "outputs"];
  for (const file of Object.keys(require.cache)) {
    const [, top] = file.startsWith(`${dist}${sep}`) ? file.slice(dist.length).split(sep) : [];
    if (top !== undefined && ours.includes(top)) delete require.cache[file];
  }
  const loaded: unknown = require(join(dist, "index.js"));
  if (typeof loaded !== "object" || loaded === null) throw new Error("the program exports nothing");
  return { ...loaded };
}

/** Stands for the engine: answers, and keeps every request with all its options. */
class Recorder {
  private readonly requests = new Map<string, RegisterResourceRequest>();
  private readonly registered = new Map<string, Registration["outputs"]>();
  private readonly secretOutputs = new Map<string, readonly string[]>();

  constructor(
    private readonly stack: { readonly project: string; readonly stack: string },
    private readonly options: RunOptions,
  ) {}

  newResource(args: pulumi.runtime.MockResourceArgs): pulumi.runtime.MockResourceResult {
    const secretOutputs = this.secretOutputs.get(`${args.type}::${args.name}`) ?? [];
    return answer(args, { ...this.options, secretOutputs });
  }

  call(args: pulumi.runtime.MockCallArgs): Readonly<Record<string, unknown>> {
    const { network = FOUND_NETWORK, account = FOUND_ACCOUNT } = this.options;
    return awsAnswer(args, { network, account, region: regionOf(this.options.config) });
  }

  resources(): Registration[] {
    return [...this.requests].map(([urn, request]) => {
      const outputs = this.registered.get(urn);
      return { ...registrationOf(urn, request), ...(outputs === undefined ? {} : { outputs }) };
    });
  }

  /** Mocks are told of inputs only; options and outputs are on the requests. Returns the undoing. */
  attach(): () => void {
    const prototype = MockMonitor.prototype;
    const { registerResource, registerResourceOutputs } = prototype;
    const recorder = this;
    prototype.registerResource = function (request: RegisterResourceRequest, callback) {
      const urn = recorder.record(request);
      return registerResource.call(this, request, (error, response?: RegisterResourceResponse) => {
        // The mocks' own URNs name the nearest parent only, and the stack.
        response?.setUrn(urn);
        callback(error, response);
      });
    };
    prototype.registerResourceOutputs = function (
      request: RegisterResourceOutputsRequest,
      callback,
    ) {
      recorder.registered.set(request.getUrn(), request.getOutputs()?.toJavaScript() ?? {});
      callback(null, {});
    };
    const { registerResourceHook } = sdk;
    // The SDK would listen for an engine that calls the hooks.
    Object.assign(sdk, { registerResourceHook: () => Promise.resolve() });
    return () => {
      Object.assign(prototype, { registerResource, registerResourceOutputs });
      Object.assign(sdk, { registerResourceHook });
    };
  }

  private record(request: RegisterResourceRequest): string {
    const urn = urnOf(request, this.stack);
    if (this.requests.has(urn)) throw new Error(`two resources are called ${urn}`);
    this.requests.set(urn, request);
    const key = `${request.getType()}::${request.getName()}`;
    this.secretOutputs.set(key, request.getAdditionalsecretoutputsList());
    return urn;
  }
}

/**
 * What waits for a value that was refused waits for ever, for which the SDK would end the tests as
 * failed. The function is internal to the SDK, so not among its declarations.
 */
function forgetWaiting(): void {
  const forget: unknown = Reflect.get(debuggable, "leakedPromises");
  if (typeof forget !== "function") throw new Error("the SDK counts waiting promises no longer");
  Reflect.apply(forget, undefined, []);
}

/**
 * The first rejection that nobody handles. The SDK's own runner shows it and ends the program as
 * failed, also where an output waits for ever for what was to be made.
 */
function watchRejections(): Rejections {
  let last = 0;
  let tell: (reason: unknown) => void = () => undefined;
  const first = new Promise<never>((_, reject) => (tell = reject));
  first.catch(() => undefined);
  const heard = (reason: unknown): void => {
    last = performance.now();
    tell(reason);
  };
  process.on("unhandledRejection", heard);
  const ended = async (): Promise<void> => {
    do await sleep(QUIET_MS);
    while (performance.now() - last < QUIET_MS);
  };
  return { first, ended, restore: () => void process.off("unhandledRejection", heard) };
}

interface Rejections {
  readonly first: Promise<never>;
  /** When a refused program has no more to say: the next one's test would hear the rest. */
  ended(): Promise<void>;
  restore(): void;
}

const QUIET_MS = 50;

/** A graph tells nothing of when it was made; what should is asked by a clock of the test's. */
function stopClock(now: number): () => void {
  const { now: real } = Date;
  Date.now = () => now;
  return () => void (Date.now = real);
}

/** Stack traces are taken for every Output; they would be most of the time of a run. */
function quiet(): (() => void)[] {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  return [() => (Error.stackTraceLimit = limit)];
}

/** The port may belong to a deployment that is at work on this machine: nothing really listens. */
function watchListeners(): { seen(): Listener[]; restore(): void } {
  const found = new Map<Server, { port: number; host: string; keepsAlive: boolean }>();
  const { listen, unref } = Server.prototype;
  Server.prototype.listen = function (this: Server, ...args: unknown[]) {
    const [port, host] = args;
    found.set(this, { port: Number(port), host: String(host), keepsAlive: true });
    return this;
  };
  Server.prototype.unref = function (this: Server) {
    const listener = found.get(this);
    if (listener !== undefined) listener.keepsAlive = false;
    return unref.call(this);
  };
  return {
    seen: () => [...found.values()],
    restore: () => Object.assign(Server.prototype, { listen, unref }),
  };
}
