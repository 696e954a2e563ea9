import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { randomBytes } from "node:crypto";
import { projectRoot } from "../../config/root";
import { ensureDebianPackages } from "../../rehearsal/debianPackages";
import { startHere } from "../../rehearsal/engine/start";
import { collect, run as command } from "../../rehearsal/hosts/command";
import { SHARE_SERVER } from "../../rehearsal/hosts/network";
import { syntheticBorders } from "../../rehearsal/run/configuration";
import { closedSite } from "../../rehearsal/run/stage";
import type { Cluster } from "../../test/fixtures/cluster";
import { type Cost, costOf } from "./cost";
import { type Measured, type Run, UNCHANGED_RUNS } from "./ours";
import { packageSeconds } from "./packages";
import { clusterHosts, freshCluster, freshNode } from "./prepare";

const FOLDER = join(projectRoot, "bench/ansible");
const LIMIT_MS = 1_800_000;

/** The playbook from this machine, on hosts of the same kind. */
export async function ansible(run: Run): Promise<Measured> {
  const { context, nodes, house } = run;
  await ensureDebianPackages(["ansible-core"], { log: context.log });
  const cluster = await freshCluster("bench-ansible", nodes);
  // The path of a socket must be short.
  const sockets = mkdtempSync(join(tmpdir(), "ab-"));
  try {
    const operator = prepareOperator(cluster, { house, sockets, signal: context.signal });
    context.log(`nodes ${nodes}: Ansible's first run`);
    const since = Date.now() / 1000;
    const first = await play(operator);
    const packages = packageSeconds(cluster.stage.hosts, since);
    await freshNode(cluster, `node-${nodes + 1}`);
    writeInventory(operator);
    context.log(`nodes ${nodes}: Ansible with one more`);
    const added = await play(operator);
    context.log(`nodes ${nodes}: Ansible without a change`);
    const same: Cost[] = [];
    for (let i = 0; i < UNCHANGED_RUNS; i++) same.push(await play(operator, { changes: false }));
    return { first, packages, added, unchanged: same };
  } finally {
    rmSync(sockets, { recursive: true, force: true });
    await cluster.close();
  }
}

interface Operator {
  readonly cluster: Cluster;
  /** Inventory, values and known hosts. */
  readonly folder: string;
  /** Ansible's connections that are kept open. */
  readonly sockets: string;
  readonly signal: AbortSignal;
}

function prepareOperator(
  cluster: Cluster,
  given: { readonly house: string; readonly sockets: string; readonly signal: AbortSignal },
): Operator {
  const folder = join(cluster.session.folder, "ansible");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const secret = (): string => randomBytes(16).toString("hex");
  const values = {
    debian_mirror: closedSite.debian,
    share_source: `${SHARE_SERVER}:/`,
    wheelhouse: given.house,
    borders: [{ iso: "MEX", archive: syntheticBorders().path }],
    database_password: secret(),
    django_secret_key: secret(),
  };
  writeFileSync(join(folder, "site.yml"), stringify(values), { mode: 0o600 });
  const operator = { cluster, folder, sockets: given.sockets, signal: given.signal };
  writeInventory(operator);
  return operator;
}

/** Every host that stands now, with its key. */
function writeInventory({ cluster, folder }: Operator): void {
  const all = clusterHosts(cluster);
  const group = (wanted: (name: string) => boolean) => ({
    hosts: Object.fromEntries(
      all
        .filter(({ name }) => wanted(name))
        .map(({ name, fqdn, address }) => [name, { ansible_host: address, fqdn }]),
    ),
  });
  const known = join(folder, "known_hosts");
  writeFileSync(known, all.map(({ address, hostKey }) => `${address} ${hostKey}\n`).join(""));
  const vars = {
    ansible_user: "root",
    ansible_ssh_private_key_file: cluster.stage.network.privateKeyFile,
    ansible_ssh_common_args: `-o UserKnownHostsFile=${known}`,
  };
  const children = {
    masters: group((name) => name === "master"),
    nodes: group((name) => name !== "master"),
  };
  writeFileSync(join(folder, "inventory.yml"), stringify({ all: { vars, children } }));
}

/** One run of the playbook. @throws Error when it failed, or changed something where it should not */
async function play(operator: Operator, expected: { changes?: boolean } = {}): Promise<Cost> {
  const { cluster, signal } = operator;
  signal.throwIfAborted();
  const forks = clusterHosts(cluster).length;
  let said = "";
  const cost = await costOf(cluster, async () => {
    said = await playbook(operator, forks);
  });
  await closeConnections(operator);
  const changes = [...said.matchAll(/\bchanged=(\d+)/g)].reduce((sum, [, n]) => sum + Number(n), 0);
  if (expected.changes === false && changes > 0)
    throw new Error(`Ansible was to change nothing:\n${said}`);
  return cost;
}

async function playbook({ cluster, folder, sockets }: Operator, forks: number): Promise<string> {
  const { session } = cluster;
  const files = ["-i", join(folder, "inventory.yml"), "-e", `@${join(folder, "site.yml")}`];
  const { child, send } = startHere({
    command: "ansible-playbook",
    args: [...files, join(FOLDER, "playbook.yml")],
    env: {
      PATH: process.env["PATH"] ?? "",
      HOME: folder,
      LANG: "C.UTF-8",
      ANSIBLE_CONFIG: join(FOLDER, "ansible.cfg"),
      ANSIBLE_FORKS: String(forks),
      ANSIBLE_SSH_CONTROL_PATH_DIR: sockets,
    },
  });
  const kill = (): void => send("SIGKILL", "group");
  const options = { timeoutMs: LIMIT_MS };
  const { code, stdout, stderr } = await collect({ child, title: "ansible", options, kill });
  writeFileSync(join(session.logs, `ansible-${Date.now()}.log`), `${stdout}${stderr}`);
  if (code !== 0) throw new Error(`Ansible failed:\n${stdout.slice(-6000)}${stderr.slice(-2000)}`);
  return stdout;
}

/** An operator's next run is hours later: it finds no open connection, as `pulumi up` never does. */
async function closeConnections({ sockets }: Operator): Promise<void> {
  for (const name of readdirSync(sockets))
    await command(["ssh", "-o", `ControlPath=${join(sockets, name)}`, "-O", "exit", "any"]);
}
