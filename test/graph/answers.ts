import * as pulumi from "@pulumi/pulumi";
import type { MockResourceArgs, MockResourceResult } from "@pulumi/pulumi/runtime/mocks";
import { awsOutputs, isAws } from "./awsAnswers";
import { readScript } from "./script";

/** A host key of the form that a host shows; the same one that the configuration's example has. */
export const HOST_KEY =
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";

/** What each step's script emits, by phase. */
const emitted: Readonly<Record<string, unknown>> = {
  "database-server": { major: 15, port: 5433 },
  share: { id: "0f4b3b52-6f5c-4a3e-9c36-2f2f0f6f1c11" },
  software: { wheelhouse: "0123456789abcdef", archive: "c0ffee".padEnd(64, "0"), antares: "0.4.0" },
  settings: { files: 3 },
  datacube: { state: "ready", missing: [], types: ["eo", "eo3", "telemetry"] },
  antares: {
    migrations: { expected: 66, applied: 66, last: "0066_auto_20200312_1921" },
    countries: [{ iso: "MEX", rows: 1, regions: 3, distinct: 3 }],
    tables: ["madmex_country", "madmex_region"],
  },
  recipe: { recipe: "given by the program" },
  scheduler: { qmaster: "master.example.org", queues: ["antares.q", "dask.q"] },
  dask: { service: "antares-dask" },
  image: { wheelhouse: "0123456789abcdef" },
  join: { name: "master", files: 21, antares: "0.4.0" },
  acceptance: {
    schema: "ready",
    migrations: { expected: 66, applied: 66, last: "0066_auto_20200312_1921" },
    countries: [{ iso: "MEX", regions: 3 }],
    nodes: [{ name: "master", files: 21, antares: "0.4.0" }],
    gridEngine: null,
    dask: { workers: 1, nodes: ["master"] },
    versions: { python: "3.11.2", postgresql: "15.14", postgis: "3.3.2", datacube: "1.8.6" },
  },
};

/** The secret that a resource of this name generates; unmistakable wherever it turns up. */
export const generatedBy = (name: string): string => `generated-by-${name}`;

export interface AnswerOptions {
  /** In a preview nothing of what a provider decides is known. */
  readonly preview: boolean;
  /** Results by phase that differ from {@link emitted}. */
  readonly results?: Readonly<Record<string, unknown>>;
  /** Identity of every machine. */
  readonly machine?: string;
  /** Of every host's preflight. */
  readonly warnings?: readonly string[];
}

type Outputs = Readonly<Record<string, unknown>>;

/** Outputs of a resource after `up`, beside its inputs. @throws Error for a type that is not listed. */
function outputsOf(args: MockResourceArgs, options: AnswerOptions): Outputs {
  const { type, name, inputs } = args;
  switch (type) {
    case "command:local:Command":
    case "command:remote:Command": {
      const { phase, result } = resultOf(inputs, options.results ?? {});
      if (result === undefined) throw new Error(`no result is known for the phase ${phase}`);
      // Scripts print one line; the engine adds nothing.
      return { stdout: `${JSON.stringify(result)}\n`, stderr: "" };
    }
    case "pulumi-nodejs:dynamic/antares:HostReady":
      return hostFacts(asRecord(inputs), options);
    case "pulumi-nodejs:dynamic/antares:GeneratedSecret":
      return { value: generatedBy(name) };
    case "pulumi-nodejs:dynamic/antares:GeneratedKey":
      return { privateKey: generatedBy(name), publicKey: `ssh-ed25519 of ${name}` };
    case "pulumi-nodejs:dynamic/antares:DatabaseState":
      return { found: asRecord(inputs)["state"] };
    case "pulumi-nodejs:dynamic/antares:ApplicationDatabase":
      return { owner: "antares", encoding: "UTF8", serverVersion: "15.14", state: "ready" };
    case "pulumi-nodejs:dynamic/antares:SchemaOwnership":
      return { moved: 3, execDropped: false, state: "ready" };
    case "pulumi-nodejs:dynamic/antares:VerifiedState":
      return { state: "ready", details: {}, known: [] };
    case "postgresql:index/extension:Extension":
    case "pulumi:providers:postgresql":
      return {};
    default:
      if (isAws(type)) return awsOutputs(args);
      throw new Error(`no answer for a resource of type ${type}: ${name}`);
  }
}

function hostFacts(inputs: Outputs, { machine, warnings = [] }: AnswerOptions): Outputs {
  const common = { hostKey: inputs["ssh"] === undefined ? "" : HOST_KEY, state: "ready" };
  // A host that only leads to others is asked nothing.
  const facts =
    inputs["needs"] === undefined
      ? { identity: "", fqdn: "", distribution: "", python: "" }
      : {
          identity: machine ?? "5f6d1c0e8f7a4b6f9a0e6f2b1c3d4e5f",
          fqdn: `${String(inputs["name"])}.example.org`,
          distribution: "debian 12",
          python: "3.11.2",
        };
  return { ...facts, ...common, warnings };
}

function resultOf(
  inputs: unknown,
  results: Outputs,
): { readonly phase: string; readonly result: unknown } {
  const stdin = isRecord(inputs) ? opened(inputs["stdin"]) : undefined;
  if (typeof stdin !== "string") throw new Error("a command without a script on stdin");
  const phase = readScript(stdin).frame["ANTARES_PHASE"] ?? "";
  return { phase, result: phase in results ? results[phase] : emitted[phase] };
}

/** Answers a registration as engine and provider would. */
export function answer(
  args: MockResourceArgs,
  options: AnswerOptions & { readonly secretOutputs: readonly string[] },
): MockResourceResult {
  const inputs = asRecord(args.inputs);
  if (args.custom !== true) return { id: undefined, state: inputs };
  if (options.preview) return { id: undefined, state: inputs };
  const state = { ...inputs, ...outputsOf(args, options) };
  const marked = Object.entries(state).map(([key, value]) => [
    key,
    // Only the engine marks these, so the mocks have to.
    options.secretOutputs.includes(key) && !isSecret(value) ? pulumi.secret(value) : value,
  ]);
  return { id: `id-of-${args.name}`, state: Object.fromEntries(marked) };
}

function opened(value: unknown): unknown {
  return isSecret(value) ? value["value"] : value;
}

const ENVELOPE = "4dabf18193072939515e22adb298388d";

/** True for a value that travels marked as secret. */
export function isSecret(value: unknown): value is Readonly<Record<"value", unknown>> {
  return isRecord(value) && ENVELOPE in value && "value" in value;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A record, or an empty one. */
export const asRecord = (value: unknown): Readonly<Record<string, unknown>> =>
  isRecord(value) ? value : {};
