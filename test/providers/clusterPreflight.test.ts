import assert from "node:assert/strict";
import { baseImage } from "../../rehearsal/hosts/base";
import { createHost, type ThrowAwayHost } from "../../rehearsal/hosts/host";
import { stopNetwork } from "../../rehearsal/hosts/kept";
import { Network } from "../../rehearsal/hosts/network";
import { openStorage } from "../../rehearsal/hosts/storage";
import type { HostNeeds } from "../../providers/host/preflight";
import { checkHost } from "../../providers/host/ready";

const OPTIONS = "nfsvers=4.1,hard";
const MASTER: HostNeeds = {
  service: { user: "antares", uid: 5000 },
  space: [{ path: "/opt/antares", mib: 1 }],
  ports: [
    { port: 5433, program: "postgresql" },
    { port: 6444, program: "qmaster" },
    { port: 6445, program: "execd" },
    { port: 8786, program: "daskScheduler" },
    { port: 8787, program: "daskDashboard" },
  ],
  scheduler: "master",
};

/** In place of the kernel's NFS, which test hosts do not have: one server is known, one hangs. */
const MOUNT_NFS = `#!/bin/bash
case $1 in
nfs.antares.test:/export) exec mount --bind /srv/export "$2" ;;
slow.antares.test:*) exec sleep 60 ;;
*) echo "mount.nfs4: Failed to resolve server \${1%%:*}: Name or service not known" >&2; exit 32 ;;
esac
`;

/** As a server that squashes root does it: what root makes belongs to nobody. */
const SQUASHED = `#!/bin/bash
file=$(/usr/bin/mktemp "$@") && chown 65534 "$file" && echo "$file"
`;

describe("the preflight of a cluster's hosts", function () {
  this.timeout(120_000);
  let network: Network;
  let host: ThrowAwayHost;
  before(async function () {
    this.timeout(900_000);
    const storage = openStorage();
    const base = await baseImage({ storage, log: () => undefined });
    network = await Network.create({ label: "preflight", storage });
    host = await createHost({ network, name: "master", images: [base] });
  });
  after(() => stopNetwork(network));
  // Every test begins with the same host.
  afterEach(async () => {
    const { images } = host;
    await host.stop();
    host = await createHost({ network, name: "master", images });
  });

  const bash = async (script: string): Promise<string> => {
    const { code, stdout, stderr } = await host.exec(["bash", "-ceu", script]);
    assert.equal(code, 0, stderr);
    return stdout.trim();
  };
  const program = (path: string, text: string): Promise<string> =>
    bash(`cat >${path} <<'EOF'\n${text}EOF\nchmod 755 ${path}`);
  const check = (needs: HostNeeds, user = "root") =>
    checkHost({
      name: "m",
      ssh: { host: host.address, port: 22, user, privateKey: network.privateKey },
      needs,
      waitMs: 0,
    });
  /** Each fault without what all have in common. */
  const faultsOf = async (needs: HostNeeds, user?: string): Promise<string[]> => {
    const failure: unknown = await check(needs, user).then(
      () => undefined,
      (error: unknown) => error,
    );
    assert.ok(failure instanceof Error, "the preflight passed");
    const [first, ...lines] = failure.message.split("\n  - host m ");
    assert.equal(first, "host m is not ready:");
    return lines;
  };
  /** Programs that listen on these ports, each with a command line of its own. */
  const listen = (ports: Readonly<Record<number, string>>): Promise<string> =>
    bash(
      Object.entries(ports)
        .map(([port, name]) => `(exec -a ${name} /usr/sbin/sshd -o PidFile=none -p ${port})`)
        .join("\n"),
    );

  it("passes a fit host", async () => {
    const { faults, warnings, facts } = await check(MASTER);
    assert.deepEqual([faults, warnings], [[], []]);
    assert.equal(facts.fqdn, "master.antares.test");
    assert.deepEqual((await check({ ...MASTER, scheduler: "node" })).faults, []);
  });

  it("passes a host again that is a member already", async () => {
    await listen({
      5433: "/usr/lib/postgresql/15/bin/postgres-D/var/lib/postgresql/15/antares/",
      6444: "/usr/sbin/sge_qmaster",
      6445: "/usr/sbin/sge_execd",
      8786: "/opt/antares/venv/bin/python",
      8787: "/opt/antares/venv/bin/python",
    });
    await bash(`mkdir -p /var/lib/gridengine/default/common /etc/antares
      echo master.antares.test | tee /var/lib/gridengine/default/common/act_qmaster >/etc/antares/gridengine
      useradd --uid 5000 antares`);
    assert.deepEqual((await check(MASTER)).faults, []);
  });

  it("takes no host of another cluster of this program where it can tell", async () => {
    const release = "apt-get purge gridengine-common && rm /etc/antares/gridengine";
    const given = (master: string): Promise<string> =>
      bash(`mkdir -p /etc/antares && printf '%s\\n' ${master} an-id >/etc/antares/gridengine`);
    await given("other.example.org");
    assert.deepEqual(await faultsOf(MASTER), [
      "is in another cluster, of the master other.example.org: take it out of there, or let go of " +
        `it where that master is gone or was renamed: ${release}`,
    ]);
    // Whether it is this cluster's master, the node's own step sees.
    assert.deepEqual((await check({ ...MASTER, scheduler: "node" })).faults, []);
    await given("Master.antares.test");
    assert.deepEqual((await check(MASTER)).faults, []);
    assert.deepEqual(await faultsOf({ ...MASTER, scheduler: "node" }), [
      `is the master of another cluster: where that one is not needed, let go of it: ${release}`,
    ]);
  });

  it("takes a master whose Grid Engine was installed in vain, and none that somebody uses", async () => {
    const entries = (...lines: string[]): Promise<string> =>
      program("/usr/lib/gridengine/spooledit", `#!/bin/sh\nprintf '%s\\n' ${lines.join(" ")}\n`);
    await bash(`mkdir -p /usr/lib/gridengine /var/lib/gridengine/default/common /var/spool/gridengine/spooldb
      echo master.antares.test >/var/lib/gridengine/default/common/act_qmaster
      echo begun >/var/spool/gridengine/spooldb/sge`);
    assert.deepEqual((await check(MASTER)).faults, []);
    await entries("CONFIG:global", "EXECHOST:template", "EXECHOST:master.antares.test");
    assert.deepEqual((await check(MASTER)).faults, []);
    const used =
      "has a Grid Engine of its own, with queues or hosts: another host must be the master";
    for (const entry of ["CQUEUE:theirs.q", "EXECHOST:other.example.org"]) {
      await entries("CONFIG:global", "EXECHOST:template", entry);
      assert.deepEqual(await faultsOf(MASTER), [used]);
    }
    // Of a node it is another cell all the same.
    const [fault = ""] = await faultsOf({ ...MASTER, scheduler: "node" });
    assert.match(fault, /^is in another Grid Engine cell, of master\.antares\.test: /);
  });

  it("names all faults of a host at once, and changes nothing on it", async () => {
    await listen({ 6444: "/usr/sbin/sshd", 8786: "/usr/sbin/sshd" });
    await program("/usr/local/bin/date", `#!/bin/bash\nexec /usr/bin/date -d '-9 seconds' "$@"\n`);
    await bash(`useradd --uid 5000 somebody
      sed -i 's/^VERSION_ID=.*/VERSION_ID="11"/' /etc/os-release
      sed "s/^${host.address}/127.0.1.1/" /etc/hosts >/tmp/hosts && cat /tmp/hosts >/etc/hosts
      mkdir -p /var/lib/gridengine/default/common
      echo other.example.org >/var/lib/gridengine/default/common/act_qmaster`);
    const before = await bash("find / -xdev -newer /etc/hosts -type f | sort; cat /proc/mounts");
    const needs: HostNeeds = {
      ...MASTER,
      space: [{ path: "/srv/antares", mib: 900_000_000 }],
      python: "/opt/python/bin/python3.11",
      share: { kind: "path", path: "/srv/antares" },
    };
    const faults = await faultsOf(needs);
    assert.deepEqual(
      faults.map((line) => line.replace(/has \d+ MiB/, "has N MiB")),
      [
        "is debian 11, not debian 12: install Python 3.11 on it and name its path (software.python)",
        "UID 5000 belongs to user somebody, not to antares (service.uid)",
        "has its own name master.antares.test on 127.0.1.1, where no other host can reach it: put " +
          `into /etc/hosts instead: ${host.address} master.antares.test master`,
        "is in another Grid Engine cell, of other.example.org: purge gridengine-common there if it " +
          "is not needed",
        "/srv/antares has N MiB free, needs 900000000 MiB",
        "has no Python interpreter /opt/python/bin/python3.11, and it cannot be installed",
        "port 6444 is taken by another program, sshd (Grid Engine's master)",
        "port 8786 is taken by another program, sshd (dask.schedulerPort)",
        "has no share at /srv/antares: it must be mounted there (share.kind)",
        "has a clock that is 9 s behind the deployer's (5 s at most): let both follow the same time " +
          "servers",
      ],
    );
    const after = await bash("find / -xdev -newer /etc/hosts -type f | sort; cat /proc/mounts");
    assert.equal(after, before);
  });

  it("takes another distribution with a Python 3.11, with a warning, and no other Python", async () => {
    await bash(`sed -i 's/^ID=.*/ID=fedora/; s/^VERSION_ID=.*/VERSION_ID=40/' /etc/os-release
      ln -s "$(command -v python3)" /opt/python3`);
    const { faults, warnings } = await check({ ...MASTER, python: "/opt/python3" });
    assert.deepEqual(faults, []);
    assert.deepEqual(warnings, ["is fedora 40, not debian 12: this is not rehearsed"]);
    // What is looked for where the configuration names none.
    await bash("ln -sf /opt/python3 /usr/local/bin/python3.11");
    assert.deepEqual(await faultsOf({ ...MASTER, python: "python3.11" }), [
      "is fedora 40, not debian 12: name the path of its Python 3.11 (software.python), " +
        "/usr/local/bin/python3.11",
    ]);
    await program("/opt/python4", "#!/bin/bash\necho 3.12.1\n");
    assert.deepEqual(await faultsOf({ ...MASTER, python: "/opt/python4" }), [
      "is fedora 40, not debian 12: install Python 3.11 on it and name its path (software.python)",
      "has Python 3.12.1 as /opt/python4, needs 3.11 (software.python)",
    ]);
  });

  it("lets a node have its own name on the loopback, and nobody names that disagree or are short", async () => {
    const hosts = (line: string): Promise<string> =>
      bash(`printf '%s\\n' '127.0.0.1 localhost' ${line} >/etc/hosts`);
    await hosts(`'127.0.1.1 master.antares.test master'`);
    assert.deepEqual((await check({ ...MASTER, scheduler: "node" })).faults, []);
    await hosts(`'${host.address} other' '${host.address} master.antares.test master'`);
    assert.deepEqual(await faultsOf(MASTER), [
      `has names that disagree: master.antares.test is ${host.address}, and ${host.address} is ` +
        `other: put first into /etc/hosts: ${host.address} master.antares.test master`,
    ]);
    await bash("hostname master");
    await hosts(`'${host.address} master'`);
    assert.deepEqual(await faultsOf({ ...MASTER, scheduler: "node" }), [
      "has a name without a domain, master: put first into /etc/hosts: " +
        `${host.address} master.DOMAIN master`,
    ]);
    await bash("hostname master.antares.test");
    await hosts("");
    assert.deepEqual(await faultsOf({ ...MASTER, scheduler: "node" }), [
      "has a name that no address has, master.antares.test: add to /etc/hosts: " +
        `${host.address} master.antares.test master`,
    ]);
  });

  it("says that root's rights are missing, and looks at what it can see without", async () => {
    await bash(`useradd --create-home deployer
      cp -r ~/.ssh /home/deployer/ && chown -R deployer: /home/deployer/.ssh`);
    const [rights, ...others] = await faultsOf(
      { ...MASTER, service: { user: "antares", uid: 1 } },
      "deployer",
    );
    assert.equal(rights, "needs root: log in as root, or let deployer run sudo without a password");
    assert.deepEqual(others, ["UID 1 belongs to user daemon, not to antares (service.uid)"]);
  });

  it("tries root's rights on a share that the site has mounted", async () => {
    const needs: HostNeeds = { ...MASTER, share: { kind: "path", path: "/srv/antares" } };
    await bash("mkdir -p /srv/antares/sub");
    const ownDisk =
      "has no share at /srv/antares: that is a directory on its own disk (share.kind)";
    assert.deepEqual(await faultsOf(needs), [ownDisk]);
    await bash("mount -t tmpfs tmpfs /srv/antares");
    assert.deepEqual((await check(needs)).faults, []);
    assert.equal(await bash("ls -A /srv/antares"), "");
    await program("/usr/local/bin/mktemp", SQUASHED);
    assert.deepEqual(await faultsOf(needs), [
      "is squashed on the share: root's files there belong to UID 65534 (export it with " +
        "no_root_squash)",
    ]);
    await bash("rm /usr/local/bin/mktemp; mount -o remount,ro /srv/antares");
    assert.deepEqual(await faultsOf(needs), [
      "cannot write to the share as root: it is read-only or squashes root (export it with " +
        "no_root_squash)",
    ]);
  });

  it("tries an NFS share where the host can mount it, and leaves nothing mounted", async () => {
    const nfs = (server: string): HostNeeds => ({
      ...MASTER,
      share: {
        kind: "nfs",
        path: "/srv/antares",
        source: `${server}.antares.test:/export`,
        options: OPTIONS,
      },
    });
    // Without a client: the step that installs one tells.
    assert.deepEqual((await check(nfs("gone"))).faults, []);
    await program("/sbin/mount.nfs4", MOUNT_NFS);
    await bash("mkdir -p /srv/export");
    assert.deepEqual((await check(nfs("nfs"))).faults, []);
    assert.equal(await bash("ls -A /srv/export /mnt; grep -c /mnt /proc/mounts || true"), listing);
    assert.deepEqual(await faultsOf(nfs("gone")), [
      "cannot mount the share gone.antares.test:/export: mount.nfs4: Failed to resolve server " +
        "gone.antares.test: Name or service not known",
    ]);
    await program("/usr/local/bin/mktemp", SQUASHED);
    assert.deepEqual(await faultsOf(nfs("nfs")), [
      "is squashed on the share: root's files there belong to UID 65534 (export it with " +
        "no_root_squash)",
    ]);
    assert.deepEqual(await faultsOf(nfs("slow")), [
      "cannot use the share at /srv/antares: it did not answer within 20 s",
    ]);
  });

  const listing = "/mnt:\n\n/srv/export:\n0";
});
