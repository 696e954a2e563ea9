import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../config/root";
import { type Finished, lastLines } from "../../rehearsal/engine/process";
import { Sandbox, script } from "./sandbox";

const SCRIPTS = "components/bootstrap/scripts";
const SERVER = "fs-0a1b2c3d4e5f60718.efs.eu-west-1.amazonaws.com";
const PORT = "20490";

/** Mounts memory in place of NFS, once something has come back through the way that fstab names. */
const MOUNT = `#!/bin/bash
if rm /srv/refuses 2>/dev/null; then echo "access denied by server" >&2; exit 32; fi
read -r source options < <(awk -v at="$1" '$2 == at {print $1, $4}' /etc/fstab)
port=$(sed -n 's/.*port=\\([0-9]*\\).*/\\1/p' <<<"$options")
if [ -n "$port" ]; then
  exec 3<>/dev/tcp/127.0.0.1/$port && echo ping >&3
  read -r -t 5 answer <&3 && [ "$answer" = ping ] || { echo "nothing came back"; exit 32; }
fi
exec /bin/mount -t tmpfs "$source" "$1"
`;

let box: Sandbox;

/** A certificate of our own authority for `name`, and the server's settings with it. */
function serve(name: string): void {
  const at = (file: string): string => box.path(file);
  const openssl = (...args: string[]): Buffer => execFileSync("openssl", args, { stdio: "pipe" });
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  const own = (file: string): string[] => ["-keyout", at(`${file}.key`), "-out", at(`${file}.pem`)];
  openssl("req", "-x509", ...key, ...own("ca"), "-subj", "/CN=Test Root", "-days", "2");
  const signed = ["-CA", at("ca.pem"), "-CAkey", at("ca.key"), "-days", "2"];
  const named = ["-subj", "/CN=server", "-addext", `subjectAltName=DNS:${name}`];
  openssl("req", "-x509", ...key, ...own("server"), ...named, ...signed);
  const lines = ["foreground = no", "pid =", "syslog = no", "[nfs]", "accept = 127.0.0.1:2049"];
  const keys = [`cert = ${at("server.pem")}`, `key = ${at("server.key")}`, "exec = /bin/cat"];
  writeFileSync(at("server.conf"), `${[...lines, ...keys].join("\n")}\n`);
}

/** One run of the script: the port of the encrypted way, or none, and what the host does then. */
interface Run {
  readonly tls: string;
  readonly also?: string;
}

interface Situation {
  /** Whether the host trusts our authority. */
  readonly trusted?: boolean;
  /** Starts the server; else it talks TLS. */
  readonly server?: string;
}

/** What a host does, in a network of its own with the server on its loopback, and an /etc of its own. */
function host(runs: readonly Run[], given: Situation = {}): Promise<Finished> {
  const values = {
    ...{ SHARE: "/srv/share", SHARE_KIND: "efs", SHARE_SOURCE: `${SERVER}:/` },
    ...{ SHARE_OPTIONS: "nfsvers=4.1,_netdev", DEBIAN_MIRROR: "", TUNNEL_SECONDS: "2" },
  };
  const names = ["daemons", "tunnel", "efs", "mount"].map((name) => `${SCRIPTS}/${name}.sh`);
  const source = { parts: ["components/host/scripts/packages.sh", ...names] };
  const steps = runs.map(({ tls, also = "" }, i) => {
    const file = box.path(`step${i}`);
    writeFileSync(
      file,
      script(`mount_share\n${also}`, { values: { ...values, SHARE_TLS: tls }, source }),
    );
    return `bash -s <${file}`;
  });
  const { trusted = true, server = `stunnel4 ${box.path("server.conf")}` } = given;
  const trust = `cat ${box.path("ca.pem")} >>/etc/ssl/certs/ca-certificates.crt`;
  const places = [`${box.path("etc")} /etc`, `${box.path("sbin")} /usr/local/sbin`];
  const own = [...places, `${box.path("srv")} /srv`].map((pair) => `mount --bind ${pair}`);
  const ready = ["set -e", "ip link set lo up", ...own, ...(trusted ? [trust] : []), server];
  return box.run(
    ["exec unshare --net bash -s <<'OUTER'", ...ready, ...steps, "OUTER\n"].join("\n"),
  );
}

/** Where the share comes from, and the tunnel's process. */
const SHOW = `emit "$(findmnt -n -o SOURCE /srv/share) $(cat /run/antares-share.pid 2>/dev/null || echo none)"`;
const shown = ({ stdout }: Finished): string[][] =>
  stdout
    .trim()
    .split("\n")
    .map((line) => line.split(" "));

const etc = (...names: string[]): string => readFileSync(box.path("etc", ...names), "utf8");
const fstab = (): string[] =>
  etc("fstab")
    .split("\n")
    .filter((line) => line.includes("/srv/share"));

describe("Amazon's file system as the share", function () {
  this.timeout(60_000);
  beforeEach(() => {
    box = new Sandbox();
    for (const name of ["sbin", "srv"]) mkdirSync(box.path(name));
    execFileSync("cp", ["-a", "/etc", box.path("etc")]);
    appendFileSync(box.path("etc", "hosts"), `\n127.0.0.1 ${SERVER}\n`);
    const programs = { mount: MOUNT, "mount.nfs4": "#!/bin/sh\n", chattr: "#!/bin/sh\n" };
    for (const [name, text] of Object.entries(programs)) {
      writeFileSync(box.path("sbin", name), text, { mode: 0o755 });
    }
    serve(SERVER);
  });
  afterEach(() => box.remove());

  const encrypted = `127.0.0.1:/ /srv/share nfs4 nfsvers=4.1,_netdev,port=${PORT},x-systemd.after=antares-share.service 0 0`;
  const clear = `${SERVER}:/ /srv/share nfs4 nfsvers=4.1,_netdev 0 0`;

  it("is mounted through a way that is encrypted, and stays as it is", async () => {
    const done = await host([
      { tls: PORT, also: SHOW },
      { tls: PORT, also: SHOW },
    ]);
    assert.equal(done.code, 0, lastLines(done));
    const [first = [], second = []] = shown(done);
    assert.equal(first[0], "127.0.0.1:/");
    assert.match(first[1] ?? "", /^\d+$/);
    assert.deepEqual(second, first);
    assert.deepEqual(fstab(), [encrypted]);
    assert.ok(existsSync(box.path("etc", "rc2.d", "S01antares-share")), "started at boot");
  });

  it("has a server that is checked by its name and the host's authorities", async () => {
    await host([{ tls: PORT }]);
    const lines = etc("antares", "share-tls.conf").split("\n");
    const checks = ["verifyChain = yes", `checkHost = ${SERVER}`, `connect = ${SERVER}:2049`];
    for (const line of [...checks, `accept = 127.0.0.1:${PORT}`]) assert.ok(lines.includes(line));
  });

  it("gets through with a tunnel that is begun anew where its settings change", async () => {
    const done = await host([
      { tls: PORT, also: SHOW },
      { tls: "20491", also: SHOW },
    ]);
    assert.equal(done.code, 0, lastLines(done));
    const [first = [], second = []] = shown(done);
    assert.notEqual(second[1], first[1]);
    assert.deepEqual(fstab(), [encrypted.replace(PORT, "20491")]);
  });

  it("is mounted anew where the choice changes, either way", async () => {
    const runs = ["", PORT, ""].map((tls) => ({ tls, also: SHOW }));
    const done = await host(runs);
    assert.equal(done.code, 0, lastLines(done));
    const sources = shown(done).map(([source, process]) => [source, process !== "none"]);
    const expected = [
      [`${SERVER}:/`, false],
      ["127.0.0.1:/", true],
      [`${SERVER}:/`, false],
    ];
    assert.deepEqual(sources, expected);
    assert.deepEqual(fstab(), [clear]);
    for (const left of [
      "init.d/antares-share",
      "antares/share-tls.conf",
      "rc2.d/S01antares-share",
    ]) {
      assert.equal(existsSync(box.path("etc", left)), false, left);
    }
  });

  it("is waited for where Amazon does not follow the changed policy at once", async () => {
    const done = await host([
      { tls: PORT, also: "touch /srv/refuses" },
      { tls: "", also: SHOW },
    ]);
    assert.equal(done.code, 0, lastLines(done));
    assert.deepEqual(shown(done), [[`${SERVER}:/`, "none"]]);
    assert.equal(box.log().filter((line) => line.includes("access denied by server")).length, 1);
  });

  it("is left to those who hold it open by the old way until they end", async () => {
    const hold = "cd /srv/share && touch held && exec sleep 60";
    const held = `bash -c '${hold}' >/dev/null 2>&1 3>&- 4>&- 9>&- & echo $! >/run/holder; sleep 0.5`;
    const old = 'emit "$(ls /proc/$(cat /run/holder)/cwd/) $(ls -A /srv/share)"';
    const done = await host([
      { tls: "", also: held },
      { tls: PORT, also: `${SHOW}; ${old}` },
    ]);
    assert.equal(done.code, 0, lastLines(done));
    const [now = [], files] = shown(done);
    assert.deepEqual([now[0], files], ["127.0.0.1:/", ["held"]]);
  });

  it("is open to the last while an image is made, which has no way to it", async () => {
    const root = box.path("image");
    for (const name of ["home", "root", "usr/local/lib", "var/lib/dbus"]) {
      mkdirSync(join(root, name), { recursive: true });
    }
    symlinkSync("/etc", join(root, "etc"));
    // The share is mounted already, and the software is not this test's.
    const stubs = ["mount_share", "use_mirror", "service_user", "install_software", "cloud-init"];
    const bake = [
      ...stubs.map((name) => `${name}() { :; }`),
      // The last that is done: whoever waits for the image has been told, and the share is there.
      'umount() { emit "$(cat "$SHARE/state/images/i-1.json")"; command umount "$@"; }',
      'echo of-master >"$SHARE/.antares-share"; echo i-1 >/run/instance-id',
      `SHARE_ID=of-master WHEELHOUSE=w1 WHEELHOUSE_HASH=0 ROOT=${root} INSTANCE_FILE=/run/instance-id`,
      readFileSync(join(projectRoot, SCRIPTS, "bake.sh"), "utf8"),
    ].join("\n");
    const done = await host([{ tls: PORT, also: bake }]);
    assert.deepEqual([done.code, done.stdout], [0, '{"wheelhouse": "w1"}\n'], lastLines(done));
    assert.deepEqual(fstab(), []);
    const service = ["init.d/antares-share", "rc2.d/S01antares-share", "antares"];
    for (const left of [...service, "systemd/system/antares-share.service.d"]) {
      assert.equal(existsSync(box.path("etc", left)), false, left);
    }
  });

  const refused = async (said: string, given: Situation = {}): Promise<void> => {
    const done = await host([{ tls: PORT }], given);
    assert.deepEqual([done.code, box.log().at(-1)], [1, `error: ${said}`]);
    assert.deepEqual(fstab(), []);
  };

  it("is refused where nobody vouches for its server", async () => {
    const reason = "verify error:num=20:unable to get local issuer certificate";
    await refused(`the share's server proves not to be ${SERVER}: ${reason}`, { trusted: false });
  });

  it("is refused where its server has another name", async () => {
    serve(`other.${SERVER}`);
    const reason = "verify error:num=62:hostname mismatch";
    await refused(`the share's server proves not to be ${SERVER}: ${reason}`);
  });

  it("is refused where its server does not encrypt", async () => {
    const server = `python3 -c 'import socketserver
class Echo(socketserver.StreamRequestHandler):
    def handle(self): self.wfile.write(self.rfile.readline())
socketserver.ThreadingTCPServer(("127.0.0.1", 2049), Echo).serve_forever()' >/dev/null 2>&1 & sleep 1`;
    const done = await host([{ tls: PORT }], { server });
    assert.equal(done.code, 1);
    const said = `error: the share's server ${SERVER} offers no encryption on port 2049: `;
    assert.ok(box.log().at(-1)?.startsWith(said), box.log().at(-1));
    assert.deepEqual(fstab(), []);
  });
});
