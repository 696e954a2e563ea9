import assert from "node:assert/strict";
import {
  cluster,
  decoded,
  faults,
  HOST_KEYS as KEYS,
  MASTER,
  NODE,
  PRIVATE_KEY,
  SHARE,
  type Given,
} from "./fixture";

const refused = (hosts: readonly unknown[], given: Given = {}): string[] =>
  faults(cluster(hosts, given), KEYS);

describe("decoding hosts", () => {
  it("fills in every default", () => {
    const config = decoded(cluster([MASTER, NODE]), KEYS);
    assert.deepEqual(config.target, {
      kind: "hosts",
      hosts: [
        {
          name: "master",
          role: "master",
          access: { kind: "ssh", address: "192.0.2.10", port: 22, user: "root" },
          key: "sshPrivateKey",
          jobSlots: 0,
          daskSlots: 0,
        },
        {
          name: "node1",
          role: "node",
          access: { kind: "ssh", address: "192.0.2.11", port: 22, user: "root" },
          key: "sshPrivateKey",
          jobSlots: 2,
          daskSlots: 1,
        },
      ],
    });
    assert.deepEqual(config.share, { path: "/srv/antares", kind: "path" });
    assert.deepEqual(config.ssh, { waitSeconds: 300 });
    assert.deepEqual(config.scheduler, {
      kind: "gridEngine",
      jobSlots: 2,
      queue: "antares.q",
      elastic: true,
      brake: 0.5,
    });
    assert.equal(config.database.reach, "tunnel");
  });

  it("takes slots from the entry, else from scheduler and dask, and 0 for jump hosts", () => {
    const jump = { name: "gate", role: "jump", address: "192.0.2.1", key: "sshJumpPrivateKey" };
    const node = { ...NODE, jump: "gate", key: "sshNodePrivateKey", daskSlots: 0 };
    const { target } = decoded(
      cluster([{ ...MASTER, jobSlots: 3 }, jump, node], {
        scheduler: { jobSlots: 4 },
        dask: { slots: 5 },
      }),
      { ...KEYS, sshNodePrivateKey: PRIVATE_KEY, sshJumpPrivateKey: PRIVATE_KEY },
    );
    assert.deepEqual(
      target.kind === "hosts" &&
        target.hosts.map((h) => [h.name, h.key, h.jump, h.jobSlots, h.daskSlots]),
      [
        ["master", "sshPrivateKey", undefined, 3, 0],
        ["gate", "sshJumpPrivateKey", undefined, 0, 0],
        ["node1", "sshNodePrivateKey", "gate", 4, 0],
      ],
    );
  });

  it("takes a master that is the only node, and may be a jump host for others", () => {
    decoded(cluster([{ ...MASTER, daskSlots: 1 }]), KEYS);
    decoded(cluster([MASTER, { ...NODE, jump: "master" }]), KEYS);
  });

  it("knows every kind of share", () => {
    const of = (share: object): unknown => decoded(cluster([MASTER, NODE], { share }), KEYS).share;
    const options =
      "nfsvers=4.1,rsize=1048576,wsize=1048576,hard,timeo=600,retrans=2,noresvport,_netdev,nofail";
    assert.deepEqual(of({ kind: "nfs", server: "nfs.example.org", export: "/" }), {
      path: "/srv/antares",
      kind: "nfs",
      server: "nfs.example.org",
      export: "/",
      options,
    });
    assert.deepEqual(of({ kind: "exported", path: "/data/antares", options: "nfsvers=4.2,hard" }), {
      path: "/data/antares",
      kind: "exported",
      options: "nfsvers=4.2,hard",
    });
  });

  it("takes the scheduler's and dask's settings, also quoted", () => {
    const config = decoded(
      cluster([MASTER, NODE], {
        scheduler: { queue: "land.q", elastic: "false", brake: "0.25" },
        dask: { schedulerPort: 18786, workerPorts: "20000-20001" },
        ssh: { waitSeconds: "20" },
      }),
      KEYS,
    );
    const { queue, elastic, brake } = config.scheduler;
    assert.deepEqual([queue, elastic, brake], ["land.q", false, 0.25]);
    assert.deepEqual(config.dask, {
      slots: 1,
      schedulerPort: 18786,
      dashboardPort: 8787,
      workerPorts: { first: 20000, last: 20001 },
    });
    assert.equal(config.ssh.waitSeconds, 20);
  });

  it("lets one machine have Grid Engine", () => {
    const { scheduler } = decoded({ scheduler: { kind: "gridEngine", jobSlots: 8 } });
    assert.deepEqual(scheduler, {
      kind: "gridEngine",
      jobSlots: 8,
      queue: "antares.q",
      elastic: false,
      brake: 0.5,
    });
  });
});

describe("hosts that are refused", () => {
  it("all faults of all hosts at once, each with its place", () => {
    assert.deepEqual(
      refused([
        MASTER,
        { nmae: "node1", address: "192.0.2.11", jobSlots: -1 },
        { name: "Node 2", adress: "192.0.2.12", port: 0, jump: "-", key: "sshKey" },
      ]),
      [
        "antares:hosts[1].nmae: expected a known property; did you mean antares:hosts[1].name?",
        "antares:hosts[2].adress: expected a known property; did you mean antares:hosts[2].address?",
        "antares:hosts[1].name: expected a name of lower-case letters, digits and -, at most 63 " +
          "long, that begins with a letter; it is missing",
        "antares:hosts[1].jobSlots is -1: expected a number of slots from 0 to 1024",
        'antares:hosts[2].jump is "-": expected a name of lower-case letters, digits and -, at ' +
          "most 63 long, that begins with a letter",
        'antares:hosts[2].name is "Node 2": expected a name of lower-case letters, digits and -, ' +
          "at most 63 long, that begins with a letter",
        "antares:hosts[2].address: expected a host name or an IP address, without port or user; it " +
          "is missing",
        "antares:hosts[2].port is 0: expected a TCP port from 1 to 65535",
        'antares:hosts[2].key is "sshKey": expected one of sshPrivateKey, sshNodePrivateKey, ' +
          "sshJumpPrivateKey",
      ],
    );
  });

  it("without a list, or with an empty one", () => {
    const missing =
      "antares:hosts: expected a list of hosts, because target is hosts; it is missing";
    assert.deepEqual(faults({ target: "hosts", share: SHARE }), [missing]);
    assert.deepEqual(refused([]), [missing]);
    assert.deepEqual(faults({ target: "hosts", share: SHARE, hosts: { name: "a" } }), [
      "antares:hosts: expected a list",
    ]);
  });

  it("without a master, and with two", () => {
    assert.deepEqual(refused([NODE]), [
      "antares:hosts: expected one host with the role master; there is none",
    ]);
    const second = { ...MASTER, name: "other", address: "192.0.2.20" };
    assert.deepEqual(refused([NODE, MASTER, second]), [
      'antares:hosts[2].role is "master": expected node or jump: hosts[1] is the master',
    ]);
  });

  it("where nobody works", () => {
    assert.deepEqual(refused([MASTER]), [
      "antares:hosts: expected a node, or a master with jobSlots or daskSlots; no host runs anything",
    ]);
    assert.deepEqual(
      refused([
        { ...MASTER, jobSlots: 1 },
        { ...NODE, jobSlots: 0, daskSlots: 0 },
      ]),
      [
        "antares:hosts[1].jobSlots is 0: expected at least one slot on a node, for jobs or for dask",
      ],
    );
  });

  it("with a name or a place twice", () => {
    const twin = { ...NODE, name: "node2", port: 22 };
    assert.deepEqual(refused([MASTER, NODE, twin, { ...NODE, address: "192.0.2.12" }]), [
      'antares:hosts[3].name is "node1": expected a name of its own: hosts[1] has this one',
      'antares:hosts[2].address is "192.0.2.11": expected an address and port of its own: hosts[1] ' +
        "has these",
    ]);
    assert.deepEqual(refused([MASTER, NODE, { ...twin, port: 2222 }]), []);
  });

  it("behind a jump host that is not there, is itself, or has a jump itself", () => {
    const hosts = [
      { ...MASTER, jump: "gone" },
      { ...NODE, jump: "node1" },
      { name: "node2", address: "192.0.2.12", jump: "master" },
    ];
    assert.deepEqual(refused(hosts), [
      'antares:hosts[0].jump is "gone": expected the name of another host of the list (node1, node2)',
      'antares:hosts[1].jump is "node1": expected the name of another host of the list (master, node2)',
      'antares:hosts[2].jump is "master": expected a host that is reached without a jump: master is not',
    ]);
  });

  it("with what a jump host does not have", () => {
    const gate = { name: "gate", role: "jump", address: "192.0.2.1", jump: "master", daskSlots: 1 };
    const only = "expected no value: it counts only where hosts[].role is master or node";
    assert.deepEqual(refused([MASTER, NODE, gate]), [
      `antares:hosts[2].jump is "master": ${only}`,
      `antares:hosts[2].daskSlots is 1: ${only}`,
    ]);
  });

  it("without the keys that they name", () => {
    const node = { ...NODE, key: "sshNodePrivateKey" };
    const missing = (name: string, at: string): string =>
      `antares:${name}: expected a secret, because ${at}.key is ${name}; it is missing ` +
      `(pulumi config set --secret antares:${name})`;
    assert.deepEqual(
      faults(cluster([MASTER, node, { ...node, name: "b", address: "192.0.2.12" }])),
      [missing("sshPrivateKey", "hosts[0]"), missing("sshNodePrivateKey", "hosts[1]")],
    );
  });
});
