import { projectRoot } from "../config/root";
import { isConfirmed } from "./arguments";
import { stateFolder } from "./backend";
import { confirm } from "./confirm";
import { objectsIn, textOf } from "./json";
import { describeChanges, machineFaults, readStackFile, thisMachine } from "./localPlan";
import { deploy, type Session } from "./operations";
import { runToExit } from "./report";
import { openSession } from "./session";
import { UserError } from "./userError";

const stack = "local";

/** Stack `local` for real, on this machine: `npm run local [-- --yes] [arguments of pulumi]`. */
async function main(args: readonly string[]): Promise<void> {
  const config = readStackFile(stack, projectRoot);
  const { target } = config;
  if (target.kind !== "single" || target.host.access.kind !== "local") {
    throw new UserError("stack local is set up for hosts behind SSH", "npm run up -- local");
  }
  console.log(describeChanges(config));
  const faults = machineFaults(thisMachine());
  if (faults.length > 0) {
    throw new UserError(`this needs ${faults.join(" and ")}`, "npm run rehearse -- local");
  }
  if (!isConfirmed(args) && !(await confirm("go on? (yes/no)", "yes"))) {
    throw new UserError("not confirmed: nothing was changed", "npm run local");
  }
  const session = openSession(stack, { env: process.env, create: true });
  await assertEngine(session);
  await ensureStack(session);
  const rest = isConfirmed(args) ? args : ["--yes", ...args];
  await deploy(session, { operation: "up", stack, rest });
  console.log(`verified; state and passphrase are kept in ${stateFolder(process.env)}`);
}

/** Says how to get the CLI before anything is made with it. */
async function assertEngine({ pulumi, log }: Session): Promise<void> {
  const { stdout } = await pulumi.query(["version"]);
  log(`pulumi ${stdout.trim()}`);
}

/** Makes the stack in the backend where it is missing; Pulumi's selection stays as it is. */
async function ensureStack({ pulumi, log }: Session): Promise<void> {
  const listed = await pulumi.query(["stack", "ls", "--json"]);
  if (listed.code !== 0) {
    const next = "pulumi login, or export PULUMI_BACKEND_URL";
    throw new UserError(`cannot list stacks: ${listed.stderr.trim()}`, next);
  }
  const stacks: unknown = JSON.parse(listed.stdout);
  // Some backends put the organization before the name.
  const names = objectsIn(stacks).map((each) => textOf(each["name"]).split("/").at(-1));
  if (names.includes(stack)) return;
  const made = await pulumi.query(["stack", "init", stack, "--no-select"]);
  if (made.code === 0) return log(`stack ${stack} is made`);
  throw new UserError(
    `cannot make stack ${stack}: ${made.stderr.trim()}`,
    "pulumi whoami --verbose",
  );
}

void runToExit(() => main(process.argv.slice(2)));
