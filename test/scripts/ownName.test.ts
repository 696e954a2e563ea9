import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { firstBoot } from "../../components/infrastructure/aws/firstBoot";
import { projectRoot } from "../../config/root";
import { type Finished, runCommand } from "../../rehearsal/engine/process";

const NAMES = join(projectRoot, "providers/host/preflight/names.sh");

/** What cloud-init was told by AWS. */
interface Told {
  readonly local_ipv4?: string;
  readonly local_hostname?: string;
}

const TOLD: Told = {
  local_ipv4: "10.20.128.5",
  local_hostname: "ip-10-20-128-5.ec2.internal",
};
const OWN =
  "10.20.128.5 ip-10-20-128-5.ec2.internal ip-10-20-128-5 # written by antares at each boot";
const DEBIANS = ["127.0.0.1 localhost", "::1 localhost ip6-localhost ip6-loopback"];

describe("the own name of a host on AWS", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "own-name-"));
    cpSync("/etc", join(folder, "etc"), { recursive: true, verbatimSymlinks: true });
    mkdirSync(join(folder, "bin"));
    hosts([...DEBIANS, "127.0.1.1 debian"]);
    writeFileSync(join(folder, "etc/nsswitch.conf"), "hosts: files\n");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const hosts = (lines: readonly string[]): void =>
    writeFileSync(join(folder, "etc/hosts"), `${lines.join("\n")}\n`);
  const left = (): string[] =>
    readFileSync(join(folder, "etc/hosts"), "utf8").trimEnd().split("\n");

  /** Runs a script on a machine of that name, which has files of its own in /etc. */
  const on = (name: string, script: string): Promise<Finished> =>
    runCommand({
      command: "unshare",
      args: [
        "--mount",
        "--uts",
        "bash",
        "-ceu",
        `hostname ${name}; mount --bind etc /etc\n${script}`,
      ],
      cwd: folder,
      env: { PATH: `${join(folder, "bin")}:/usr/sbin:/usr/bin:/sbin:/bin` },
      limitSeconds: 30,
    });

  /** What cloud-init does with the user data of every host at each boot. */
  function boot(name: string, told: Told): Promise<Finished> {
    const answers = Object.entries(told).map(
      ([key, value]) => `ds.meta_data.${key}) echo '${value}' ;;`,
    );
    const other = `*) echo "ERROR: instance-data has no $2" >&2; exit 1 ;;`;
    const text = `#!/bin/bash\n[ "$1" = query ] || exit 2\ncase $2 in\n${[...answers, other].join("\n")}\nesac\n`;
    writeFileSync(join(folder, "bin/cloud-init"), text, { mode: 0o755 });
    const { bootcmd } = parse(firstBoot()) as { readonly bootcmd: readonly (readonly string[])[] };
    const quoted = bootcmd.map((words) => words.map((word) => `'${word.replace(/'/g, `'\\''`)}'`));
    return on(name, quoted.map((words) => words.join(" ")).join("\n"));
  }

  /** The names that a host has for itself, and the faults of the preflight. */
  async function names(name: string): Promise<string[]> {
    const script = `
      SCHEDULER=node FQDN=$(hostname -f || hostname)
      say() { echo "$*"; }
      own_address() { echo 10.20.128.5; }
      echo "$FQDN"
      getent ahostsv4 "$(hostname)" | awk '{ print $1, $3; exit }'
      eval "$(sed '/^own_address/d' "${NAMES}")"
      check_names`;
    const { code, stdout, stderr } = await on(name, script);
    assert.equal(code, 0, stderr);
    return stdout.trimEnd().split("\n");
  }

  for (const name of ["ip-10-20-128-5", "ip-10-20-128-5.ec2.internal"]) {
    it(`has its domain and its address in the network, where the machine is called ${name}`, async () => {
      const done = await boot(name, TOLD);
      assert.equal(done.code, 0, done.stderr);
      const full = "ip-10-20-128-5.ec2.internal";
      assert.deepEqual(await names(name), [full, `10.20.128.5 ${full}`]);
    });
  }

  it("is written once, first, and nothing else is lost", async () => {
    for (const attempt of ["first", "second"]) {
      assert.equal((await boot("ip-10-20-128-5", TOLD)).code, 0, attempt);
      assert.deepEqual(left(), [OWN, ...DEBIANS], attempt);
    }
  });

  it("replaces that of the machine whose image this is", async () => {
    hosts([
      "10.20.128.9 ip-10-20-128-9.x ip-10-20-128-9 # written by antares at each boot",
      ...DEBIANS,
    ]);
    assert.equal((await boot("ip-10-20-128-5", TOLD)).code, 0);
    assert.deepEqual(left(), [OWN, ...DEBIANS]);
  });

  it("is the first where the network has several domains", async () => {
    const local_hostname = "ip-10-20-128-5.ec2.internal example.org";
    assert.equal((await boot("ip-10-20-128-5", { ...TOLD, local_hostname })).code, 0);
    assert.deepEqual(left(), [OWN, ...DEBIANS]);
  });

  it("is left as it is where AWS did not tell it", async () => {
    const before = left();
    for (const missing of ["local_ipv4", "local_hostname"]) {
      const done = await boot("ip-10-20-128-5", { ...TOLD, [missing]: "" });
      assert.notEqual(done.code, 0);
      assert.deepEqual(left(), before);
    }
    assert.notEqual((await boot("ip-10-20-128-5", {})).code, 0);
    assert.deepEqual(left(), before);
  });

  it("is a fault of the preflight without a domain, whatever address it has", async () => {
    const fault =
      "fault has a name without a domain, n1: put first into /etc/hosts: 10.20.128.5 n1.DOMAIN n1";
    for (const line of ["10.20.128.5 n1", "127.0.1.1 n1"]) {
      hosts([...DEBIANS, line]);
      assert.deepEqual((await names("n1")).slice(2), [fault]);
    }
    hosts(DEBIANS);
    assert.deepEqual((await names("n1")).slice(-1), [fault]);
  });
});
