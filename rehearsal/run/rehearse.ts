import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../config/root";
import type { Acceptance } from "../../components/bootstrap/acceptance";
import { type Engine, ensureEngine } from "../engine/engine";
import { changedCount } from "../engine/events";
import { type OperationResult, PulumiCli } from "../engine/pulumi";
import { openStorage } from "../hosts/storage";
import { findLeftovers, sweep } from "../hosts/sweep";
import { type InstalledPlugin, installPlugins } from "../plugins/install";
import type { RehearsalOptions } from "./arguments";
import { configure, copyConfiguration, type Plan } from "./configuration";
import { countLogins } from "./logs";
import { progress, timePhases } from "./phases";
import { type Report, summary } from "./report";
import { openSession, type Session } from "./session";
import { closedSite, findKept, openStage, type Stage } from "./stage";
import { startOn, type Way } from "./way";

/** A rehearsal that did not pass; the message is for the person. */
class RehearsalFailure extends Error {}

/** The whole story of one stack; the report of one that passed. @throws RehearsalFailure */
export async function rehearse(options: RehearsalOptions, signal: AbortSignal): Promise<Report> {
  const session = openSession(options.stack, findKept(options.stack) === undefined);
  await sweep(openStorage());
  const plan = copyConfiguration(session, options);
  const engine = await ensureEngine({ log: session.log, signal });
  const plugins = await installPlugins({ home: session.home, log: session.log });
  session.log(`engine: pulumi ${engine.version} (${engine.origin})`);
  await prepare(cliOf({ session, engine }, plan.way), { session, options, plan });
  const stage = await openStage({ session, plan, engine, keep: options.keep });
  let report: Report;
  try {
    const run = { session, options, plan, engine, plugins, stage, signal };
    report = await perform(run);
  } finally {
    stage.collectLogs();
    await stage.close();
  }
  if (!options.keep) await refuseLeftovers();
  if (options.report !== undefined)
    writeFileSync(options.report, `${JSON.stringify(report, null, 2)}\n`);
  console.log(summary(report));
  return report;
}

interface Run {
  readonly session: Session;
  readonly options: RehearsalOptions;
  readonly plan: Plan;
  readonly engine: Engine;
  readonly plugins: Readonly<Record<string, InstalledPlugin>>;
  readonly stage: Stage;
  readonly signal: AbortSignal;
}

async function perform(run: Run): Promise<Report> {
  const { session, plan, engine, options } = run;
  const cli = cliOf(run, plan.way);
  await plan.way.configure(cli, run);
  await step(run, "preview", (call) => cli.preview(call));
  const first = await counted(run, () => step(run, "first up", (call) => cli.up(call)));
  const second = await counted(run, () => secondUp(run, cli));
  refuseLogins(second.logins);
  await step(run, "refresh", (call) => cli.refresh({ ...call, args: plan.way.refresh }));
  const outputs = await cli.outputs();
  const stateFile = await saveState(session, cli, plan.way);
  if (!options.keep) await step(run, "destroy (data is kept)", (call) => cli.destroy(call));
  const acceptance = outputs["acceptance"] as Acceptance;
  return {
    stack: session.stack,
    target: String(outputs["target"]),
    engine: { cli: engine.version, cliOrigin: engine.origin, plugins: run.plugins },
    antares: origin(run, outputs),
    phases: timePhases(first.result.steps, plan.master),
    acceptance,
    hosts: plan.hosts,
    gridEngine: acceptance.gridEngine,
    dask: acceptance.dask,
    outputs,
    secondUp: { changes: second.result },
    sshConnections: { firstUp: first.logins, secondUp: second.logins },
    bySsh: options.keep || !plan.way.again ? null : await again(run, plan.way.again),
    stateFile,
    logs: session.logs,
  };
}

/** The same hosts, reached in another way: nothing on them is made twice, everything adopted. */
async function again(run: Run, way: Way): Promise<Report["bySsh"]> {
  const { session, plan, stage } = run;
  session.log(`the same host again, by SSH at ${stage.master.address}`);
  const cli = cliOf(run, way);
  await prepare(cli, run);
  await way.configure(cli, run);
  const up = await step(run, "up by SSH", (call) => cli.up(call));
  const { result: changes, logins } = await counted(run, () => secondUp(run, cli));
  refuseLogins(logins);
  await step(run, "refresh by SSH", (call) => cli.refresh({ ...call, args: way.refresh }));
  await saveState(session, cli, way);
  await step(run, "destroy (data is kept)", (call) => cli.destroy(call));
  return { phases: timePhases(up.steps, plan.master), secondUp: { changes } };
}

/** What an operation gave, and how many SSH connections the hosts let in meanwhile. */
async function counted<T>(
  { stage: { hosts } }: Run,
  operation: () => Promise<T>,
): Promise<{ readonly result: T; readonly logins: number }> {
  const before = countLogins(hosts);
  const result = await operation();
  return { result, logins: countLogins(hosts) - before };
}

/** Without a change there is nothing to ask a host. */
function refuseLogins(logins: number): void {
  if (logins > 0) throw new RehearsalFailure(`the second up opened ${logins} SSH connections`);
}

/** The state before its stack is destroyed, for whoever wants to look; secrets in it are encrypted. */
async function saveState(session: Session, cli: PulumiCli, way: Way): Promise<string> {
  const file = join(session.folder, `state-${way.name}.json`);
  writeFileSync(file, await cli.exportStack(), { mode: 0o600 });
  return file;
}

/** The CLI where the way has it; on this machine as long as there is no host. */
function cliOf(run: Pick<Run, "session" | "engine"> & Partial<Run>, way: Way): PulumiCli {
  const { session, engine, stage } = run;
  return new PulumiCli({
    engine,
    home: session.home,
    backend: session.backend(way.name),
    passphrase: session.passphrase,
    cwd: projectRoot,
    stack: session.stack,
    configFile: session.configFile,
    env: { PULUMI_CONTINUE_ON_ERROR: "true" },
    ...(stage ? { run: startOn(stage.engineHost(way)) } : {}),
  });
}

/** The stack and its configuration, before there is a host. */
async function prepare(
  cli: PulumiCli,
  what: Pick<Run, "session" | "options" | "plan">,
): Promise<void> {
  const init = await cli.stackInit();
  // A kept stack is there already; any other fault shows in the next command.
  if (init.code !== 0 && !/already exists/.test(init.stderr)) {
    throw new RehearsalFailure(`the stack cannot be made:\n${init.stderr}`);
  }
  await configure(cli, { options: what.options, plan: what.plan, site: closedSite });
}

async function secondUp(run: Run, cli: PulumiCli): Promise<number> {
  const result = await step(run, "second up", (call) => cli.up(call));
  const changes = changedCount(result.changes);
  if (changes > 0) {
    const names = result.steps
      .filter(({ op }) => op !== "same")
      .map(({ op, name }) => `${op} ${name}`);
    throw new RehearsalFailure(`the second up made ${changes} changes: ${names.join(", ")}`);
  }
  return changes;
}

type Call = NonNullable<Parameters<PulumiCli["up"]>[0]>;

/** One CLI operation, its progress shown and its whole output kept. */
async function step(
  run: Run,
  title: string,
  operation: (call: Call) => Promise<OperationResult>,
): Promise<OperationResult> {
  const { session, plan, signal } = run;
  session.log(title);
  const result = await operation({
    signal,
    onStep: progress(plan.master, session.log),
  });
  const log = join(session.logs, `${title.replaceAll(/[^a-z]+/g, "-")}.log`);
  writeFileSync(log, `${result.stdout}\n${result.stderr}`);
  if (result.code !== 0) {
    throw new RehearsalFailure(
      `${title} failed:\n${result.stdout}\n${result.stderr}\nlogs: ${session.logs}`,
    );
  }
  return result;
}

function origin(run: Run, outputs: Readonly<Record<string, unknown>>): Report["antares"] {
  const version = String(outputs["antaresVersion"]);
  if (run.plan.standIn) return { origin: "stand-in", version, commit: null };
  const source =
    run.options.config.find(({ key }) => key === "antares:software.source")?.value ?? "";
  return { origin: source.endsWith(".whl") ? "wheel" : "directory", version, commit: null };
}

async function refuseLeftovers(): Promise<void> {
  const left = await findLeftovers(openStorage());
  if (left.length > 0)
    throw new RehearsalFailure(
      `left behind on this machine:\n${left.map((what) => JSON.stringify(what)).join("\n")}`,
    );
}
