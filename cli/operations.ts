import { nextCommand } from "./advice";
import { isConfirmed, takeFlag, type Invocation, type Operation } from "./arguments";
import { confirm } from "./confirm";
import { dataDeletion, type DataDeletion } from "./deleteData";
import { keptLines, withGuards } from "./guards";
import { planRepairs, repairLine, replaceArguments } from "./drift";
import { settleLock, type LockOwner } from "./lock";
import { settlePending } from "./pending";
import type { Pulumi, RunOptions } from "./pulumi";
import { assertRunning, reachOf, readConfig } from "./stackConfig";
import { readState, type StackState } from "./state";
import { UserError } from "./userError";

/** What an operation works with. */
export interface Session {
  readonly pulumi: Pulumi;
  /** Locks found in a file backend; empty for others. */
  readonly locks: readonly LockOwner[];
  readonly log: (line: string) => void;
  /** For tests; the project's own where absent. */
  readonly dataDeletion?: DataDeletion;
}

/** One host's failure must not hide the others'. */
const continueOnError = { PULUMI_CONTINUE_ON_ERROR: "true" };

const hostReady = "pulumi-nodejs:dynamic/antares:HostReady";

/**
 * An engine that goes on after an error also goes on to deletions, and may delete what a resource
 * that was passed over still depends on; it then writes a state that it refuses to read
 * (pulumi/pulumi#16720). So it goes on only where there are other hosts to hear of, or nothing yet
 * that could be deleted.
 */
function continuation({ resources }: StackState): Record<string, string> {
  const hosts = resources.filter(({ type }) => type === hostReady).length;
  return resources.length === 0 || hosts > 1 ? continueOnError : {};
}

/** Puts in order what a killed run left behind, and reads the state. */
export async function prepare(session: Session): Promise<StackState> {
  const { pulumi, locks, log } = session;
  await settleLock(pulumi, { locks, log });
  const state = await readState(pulumi);
  await settlePending(pulumi, { state, log });
  return state;
}

/** `up` and `preview`: what a refresh found gone is made again by the commands that made it. */
export async function deploy(session: Session, call: Invocation): Promise<void> {
  // A preview changes nothing, so it also leaves the marks of a killed run where they are.
  const state = call.operation === "up" ? await prepare(session) : await readState(session.pulumi);
  const repairs = planRepairs(state);
  for (const repair of repairs) session.log(repairLine(repair));
  const env = { ...continuation(state), ...(await programEnvironment(session, call)) };
  await withGuards({ state, stack: call.stack, log: session.log }, (watched) =>
    runEngine(call, {
      pulumi: session.pulumi,
      args: [...watched.args, ...replaceArguments(repairs), ...call.rest],
      env: { ...env, ...watched.env },
    }),
  );
}

/** A refresh; what it found gone is named, with the command that repairs it. */
export async function refresh(session: Session, call: Invocation): Promise<void> {
  await prepare(session);
  const env = await programEnvironment(session, call);
  await runEngine(call, { pulumi: session.pulumi, args: call.rest, env });
  const repairs = planRepairs(await readState(session.pulumi));
  for (const { name, found } of repairs) session.log(`drift: ${name} is ${found}`);
  if (repairs.length > 0) session.log(`next: npm run up -- ${call.stack}`);
}

/** `destroy`: the data stays, unless `--delete-data` is given and confirmed. */
export async function destroy(session: Session, call: Invocation): Promise<void> {
  const { given, rest } = takeFlag(call.rest, "--delete-data");
  const deletion = given ? (session.dataDeletion ?? dataDeletion) : undefined;
  await prepare(session);
  if (deletion !== undefined) await deleteData(session, { call, deletion });
  const args = ["--exclude-protected", ...rest];
  await runEngine(call, { pulumi: session.pulumi, args, env: continueOnError });
  const kept = keptLines(await readState(session.pulumi), call.stack);
  if (kept.length > 0) kept.forEach((line) => session.log(line));
  else if (!given) session.log("kept: database, share and settings; the next `up` adopts them");
}

async function deleteData(
  session: Session,
  { call, deletion }: { call: Invocation; deletion: DataDeletion },
): Promise<void> {
  assertRunning(await readConfig(session.pulumi), call.stack);
  session.log(`this deletes for good: ${deletion.loses}`);
  const sure =
    isConfirmed(call.rest) ||
    (await confirm(`type the stack's name (${call.stack}) to go on:`, call.stack));
  if (!sure) throw new UserError("not confirmed: nothing was deleted", nextCommand(call, ""));
  await deletion.run(session.pulumi, session.log);
}

/** A refresh needs the program where only the program opens the way to the database. */
async function programEnvironment(
  session: Session,
  { operation, stack, rest }: Invocation,
): Promise<Record<string, string>> {
  const refreshes =
    operation === "refresh" || rest.some((arg) => /^(--refresh(=|$)|-r$)/.test(arg));
  if (!refreshes) return {};
  const config = await readConfig(session.pulumi);
  assertRunning(config, stack);
  return reachOf(config) === "tunnel" ? { PULUMI_RUN_PROGRAM: "true" } : {};
}

/** Runs the engine on the terminal; its failure becomes an error with the next command. */
export async function runEngine(
  call: Pick<Invocation, "operation" | "stack">,
  { pulumi, args, ...options }: RunOptions & { pulumi: Pulumi; args: readonly string[] },
): Promise<void> {
  const verb: Operation = call.operation === "verify" ? "up" : call.operation;
  const finished = await pulumi.run([verb, "--stack", call.stack, ...args], options);
  if (finished.code === 0) return;
  throw new UserError(
    `${call.operation} of stack ${call.stack} failed (exit code ${finished.code})`,
    nextCommand(call, finished.stderr),
  );
}
