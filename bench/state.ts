import { type PulumiCli, succeeded } from "../rehearsal/engine/pulumi";
import { phaseOf } from "../rehearsal/run/phases";
import { properties } from "./json";

/** What a deployed stack ran, as a person would need it to do the same by hand. */
export interface Deployed {
  /** Scripts of the host's phases, as they were sent. */
  readonly scripts: readonly PhaseScript[];
  /** Settings of the provider that made the extensions, as its constructor takes them. */
  readonly server: {
    readonly settings: Readonly<Record<string, string | number | boolean>>;
    readonly password: string;
  };
  /** What the database phase made. */
  readonly database: { readonly name: string; readonly role: string; readonly password: string };
}

export interface PhaseScript {
  readonly phase: string;
  readonly urn: string;
  /** Text for `bash -s`; may hold secrets. */
  readonly text: string;
}

interface Resource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** Reads the state with its secrets; they stay in this process. */
export async function readDeployed(cli: PulumiCli, stack: string): Promise<Deployed> {
  const command = ["stack", "export", "--show-secrets", "--stack", stack];
  const state: unknown = JSON.parse(succeeded(await cli.raw(command)).stdout);
  const list = properties(properties(state)["deployment"])["resources"];
  const resources = (Array.isArray(list) ? list : []).map(resourceOf);
  const made = resources.find(({ type }) => type.endsWith(":ApplicationDatabase"))?.inputs ?? {};
  const provider = resources.find(({ type }) => type === "pulumi:providers:postgresql");
  return {
    server: serverOf(provider?.inputs ?? {}),
    scripts: resources.flatMap(({ urn, type, name, inputs }) => {
      if (type !== "command:local:Command") return [];
      const phase = phaseOf({ type, name }, "master")?.name ?? name;
      return [{ phase, urn, text: clear(inputs["stdin"]) }];
    }),
    database: {
      name: clear(made["database"]),
      role: clear(made["role"]),
      password: clear(made["password"]),
    },
  };
}

/** The state has every setting as text. */
function serverOf(inputs: Resource["inputs"]): Deployed["server"] {
  const text = (key: string): string => clear(inputs[key]);
  const settings = {
    host: text("host"),
    port: Number(text("port")),
    username: text("username"),
    sslmode: text("sslmode"),
    superuser: false,
  };
  return { settings, password: text("password") };
}

function resourceOf(entry: unknown): Resource {
  const { urn, type, inputs } = properties(entry);
  const name = String(urn).split("::").at(-1) ?? "";
  return { urn: String(urn), type: String(type), name, inputs: properties(inputs) };
}

/** A text, also where the state has it as a secret. @throws Error when it is no text. */
function clear(value: unknown): string {
  const envelope = properties(value)["plaintext"];
  const text: unknown = typeof envelope === "string" ? JSON.parse(envelope) : value;
  if (typeof text !== "string") throw new Error("the state has not the text that was looked for");
  return text;
}
