import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { STEP_TARGET, type SshTarget } from "../../providers/ssh/target";
import { connection, type HostAccess, type SshAccess, sshTarget } from "./access";
import { meeting } from "./meeting";
import { type Frame, renderScript, type ScriptSource, scriptDigest, valuesDigest } from "./render";

export interface HostArgs {
  /** Part of resource names and logs; never given to another machine. */
  readonly name: string;
  readonly access: HostAccess;
  /** How long a host behind SSH is waited for where it does not answer. */
  readonly waitSeconds: number;
  /** What tells this machine from one that was rebuilt behind the same name. */
  readonly identity: pulumi.Input<string>;
  /** Key of the digests that trigger a script. */
  readonly digestKey: pulumi.Input<string>;
  /** Command that goes on after a failure. */
  readonly next: string;
  /** Must exist before the first script runs. */
  readonly ready: pulumi.Resource;
}

/** One step on a host. */
export interface StepArgs extends ScriptSource {
  /** Name of the phase in logs and reports. */
  readonly phase: string;
  /** Values the script sees as variables. Secret Outputs stay secret. */
  readonly values: Readonly<Record<string, pulumi.Input<string>>>;
  /** Names of the values that no report may show. */
  readonly secretValues?: readonly string[];
  /** May run beside the host's other steps: only what depends on it waits for it. */
  readonly beside?: true;
  /** Time limit in minutes, the wait for a run that is still at work on the host included. */
  readonly limitMinutes: number;
}

/** A step that has run. */
export interface Step<T> {
  readonly resource: pulumi.Resource;
  /** Name of the resource, for `--replace`. */
  readonly name: string;
  /** What the script emitted. */
  readonly result: pulumi.Output<T>;
}

/**
 * The one seam to a machine: connection, quoting, time limit, triggers and order are decided here
 * and nowhere else. The steps of one host run one after another, in the order of the calls, but for
 * those that may run beside them.
 */
export class Host {
  readonly name: string;
  readonly access: HostAccess;
  private last: pulumi.Resource;
  private readonly hooks: pulumi.ResourceHookBinding;

  constructor(private readonly args: HostArgs) {
    this.name = args.name;
    this.access = args.access;
    this.last = args.ready;
    this.hooks = hooks(args);
  }

  /** Runs a script as root; `T` is the type of the JSON that it emits. */
  run<T>(name: string, step: StepArgs, opts: pulumi.CustomResourceOptions): Step<T> {
    const frame = {
      phase: step.phase,
      host: this.name,
      next: this.args.next,
      limit: `${step.limitMinutes}m`,
      ...(step.beside ? { lane: step.phase } : {}),
    };
    const fixed = {
      // A shell whose input is a socket, as under sshd, would read the start-up file of a login.
      create: `${this.elevation()}timeout -k 30 ${step.limitMinutes}m bash --norc -s`,
      triggers: [this.args.identity, scriptDigest(step), this.digest(step)],
      addPreviousOutputInEnv: false,
      logging: "none" as const,
    };
    const options = pulumi.mergeOptions(opts, {
      dependsOn: [this.last],
      customTimeouts: { create: `${step.limitMinutes + 5}m` },
    });
    const resource = this.command(name, { ...fixed, stdin: stdin(step, frame) }, options);
    if (!step.beside) this.last = resource;
    return { resource, name, result: resource.stdout.apply((text) => parse<T>(name, text)) };
  }

  /** The host as our own providers dial it. */
  sshTarget(): pulumi.Output<SshTarget> {
    if (this.access.kind !== "ssh") throw new Error(`host ${this.name} is not reached by SSH`);
    return sshTarget(this.access);
  }

  /**
   * The command plugin has no keepalive of its own and cannot give up a command that has begun. The
   * system's keepalive ends one on a host that died, but sees no further than a jump host: behind
   * one, the plugin runs our own client, which has one.
   */
  private command(
    name: string,
    args: CommandArgs,
    options: pulumi.CustomResourceOptions,
  ): command.local.Command | command.remote.Command {
    if (this.access.kind === "local") return new command.local.Command(name, args, options);
    if (this.access.jump === undefined) {
      const dialled = { ...args, connection: connection(this.access) };
      const met = pulumi.mergeOptions(options, { hooks: this.hooks });
      return new command.remote.Command(name, dialled, opened(dialled, met));
    }
    return new command.local.Command(name, throughJump(this.access, args), options);
  }

  /** Outside of `timeout`, which as another user could not end what root runs. */
  private elevation(): "" | "sudo -n " {
    return this.access.kind === "ssh" && this.access.user !== "root" ? "sudo -n " : "";
  }

  private digest(step: StepArgs): pulumi.Output<string> {
    const digest = pulumi
      .all([this.args.digestKey, pulumi.output(step.values)])
      .apply(([key, values]) => valuesDigest(key, values));
    // Keyed, so it tells nothing of the secrets it was made of; in clear, a preview can show it.
    return pulumi.unsecret(digest);
  }
}

/** What is done before a step on a host that the plugin dials itself. */
function hooks({ name, access, waitSeconds }: HostArgs): pulumi.ResourceHookBinding {
  if (access.kind === "local" || access.jump !== undefined) return {};
  const met = meeting({ name, access, waitSeconds });
  return { beforeCreate: [met], beforeUpdate: [met] };
}

/**
 * The SDK makes one secret of the whole connection. Where a preflight fails, the key that it would
 * have shown is unknown and with it the whole secret; the plugin then misses its connection, which
 * ends the run, for all other hosts too. Field by field only the key is unknown, the engine passes
 * over the steps of that host, and the others finish. The private key is a secret of its own.
 */
function opened(
  { connection: fields }: Pick<command.remote.CommandArgs, "connection">,
  options: pulumi.CustomResourceOptions,
): pulumi.CustomResourceOptions {
  const transformation: pulumi.ResourceTransformation = ({ type, props, opts }) =>
    type === "command:remote:Command"
      ? { props: { ...props, connection: fields }, opts }
      : undefined;
  return pulumi.mergeOptions(options, { transformations: [transformation] });
}

interface CommandArgs {
  readonly create: string;
  readonly stdin: pulumi.Output<string>;
  readonly triggers: pulumi.Input<string>[];
  readonly addPreviousOutputInEnv: boolean;
  readonly logging: "none";
}

/** The same command by our own client; keys travel where `ps` does not show them. */
function throughJump(access: SshAccess, args: CommandArgs): command.local.CommandArgs {
  return {
    ...args,
    // Both the engine and its plugins work in the program's folder.
    create: `node dist/providers/ssh/step.js ${args.create}`,
    environment: { [STEP_TARGET]: pulumi.jsonStringify(sshTarget(access)) },
  };
}

function stdin(step: StepArgs, frame: Frame): pulumi.Output<string> {
  return pulumi
    .output(step.values)
    .apply((values) =>
      renderScript({ source: step, frame, values, secretNames: step.secretValues ?? [] }),
    );
}

/** The last line that a script printed is its result. */
function parse<T>(name: string, text: string): T {
  const line = text.trim().split("\n").at(-1) ?? "";
  try {
    // The scripts are ours: their tests hold the shape.
    return JSON.parse(line) as T;
  } catch {
    throw new Error(`${name}: the script's result is no JSON: ${line.slice(0, 200)}`);
  }
}
