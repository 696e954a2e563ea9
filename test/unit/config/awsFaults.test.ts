import assert from "node:assert/strict";
import { AWS, aws, faults } from "./fixture";

const databaseClass =
  "an RDS instance class that runs PostgreSQL 14 and later, such as db.t4g.medium or db.m6g.large " +
  "(not t2, m4, r4 and their like, nor z1d and x2iezn)";

/** What is given, and the faults that it has. */
const table: readonly (readonly [string, object, readonly string[]])[] = [
  [
    "more nodes than addresses",
    aws({
      network: { ...AWS.network, cidr: "10.0.0.0/26" },
      compute: { nodes: 3 },
      elastic: { max: 14 },
    }),
    [
      "antares:elastic.max is 14: expected nodes that find an address: the private subnets have " +
        "room for 16",
    ],
  ],
  [
    "more fixed nodes than addresses",
    aws({ network: { ...AWS.network, cidr: "10.0.0.0/26" }, compute: { nodes: 17 } }),
    [
      "antares:compute.nodes is 17: expected nodes that find an address: the private subnets have " +
        "room for 16",
    ],
  ],
  [
    "no nodes at all",
    aws({ compute: { nodes: 0 } }),
    ["antares:compute.nodes is 0: expected at least one node, or elastic.max above 0"],
  ],
  [
    "fewer nodes than the least",
    aws({ elastic: { min: 3, desired: 1, max: 2 } }),
    ["antares:elastic.min is 3: expected at most elastic.max, which is 2"],
  ],
  [
    "more nodes at first than at most",
    aws({ elastic: { min: 1, desired: 3, max: 2 } }),
    ["antares:elastic.desired is 3: expected from elastic.min (1) to elastic.max (2)"],
  ],
  [
    "a parked cluster with nodes",
    aws({
      power: "parked",
      elastic: { min: 1, desired: 2, max: 4 },
      compute: { elasticIp: false },
    }),
    [
      "antares:elastic.min is 1: expected 0, because power is parked: no node runs then",
      "antares:elastic.desired is 2: expected 0, because power is parked: no node runs then",
      "antares:compute.elasticIp is false: expected true, because power is parked: the address " +
        "is kept",
    ],
  ],
  [
    "an upgrade of a parked database",
    aws({ power: "parked", allow: ["bucket", "upgrade"] }),
    [
      'antares:allow is ["bucket","upgrade"]: expected no upgrade, because power is parked: ' +
        "AWS changes no stopped server",
    ],
  ],
  [
    "a key pair without its key",
    aws({ compute: { keyPair: "operators" } }),
    [
      "antares:sshPrivateKey: expected a secret, because compute.keyPair is given; it is missing " +
        "(pulumi config set --secret antares:sshPrivateKey)",
    ],
  ],
  [
    "storage without room to grow",
    aws({ database: { storageGib: 100, maxStorageGib: 109 } }),
    [
      "antares:database.maxStorageGib is 109: expected at least 110: a tenth above database.storageGib",
    ],
  ],
  [
    "processors that nothing here is made for, and classes that are no more",
    aws({ compute: { nodeType: "m6g.large" }, database: { class: "db.t2.micro" } }),
    [
      'antares:compute.nodeType is "m6g.large": expected an EC2 instance type with an x86 ' +
        "processor, such as m6i.large (not Graviton: m6g, t4g)",
      `antares:database.class is "db.t2.micro": expected ${databaseClass}`,
    ],
  ],
  [
    "stores of another target",
    aws({ share: { kind: "nfs", server: "nfs.example.org", export: "/" } }),
    ['antares:share.kind is "nfs": expected efs, because target is aws'],
  ],
  [
    "a database on the master",
    aws({ database: { server: "local" } }),
    ['antares:database.server is "local": expected rds or existing, because target is aws'],
  ],
  [
    "a server of ours that is called as an existing one",
    aws({ database: { host: "db.example.org", port: 5432 } }),
    [
      'antares:database.host is "db.example.org": expected no value: it counts only where ' +
        "database.server is existing",
      "antares:database.port is 5432: expected no value: it counts only where database.server is " +
        "local or existing",
    ],
  ],
  [
    "an unknown store to let go",
    aws({ allow: ["database", "everything"] }),
    [
      'antares:allow is ["database","everything"]: expected a list of database, share, bucket, ' +
        "address, upgrade, each at most once",
    ],
  ],
  [
    "machines of other targets, and another scheduler",
    aws({ host: { name: "m" }, hosts: [{ name: "n" }], scheduler: { kind: "none" } }),
    [
      'antares:scheduler.kind is "none": expected gridEngine: without a scheduler there is one ' +
        "machine only",
      "antares:host: expected no value: it counts only where target is single",
      "antares:hosts: expected no value: it counts only where target is hosts",
    ],
  ],
];

describe("faults of the target aws", () => {
  for (const [title, given, expected] of table) {
    it(title, () => assert.deepEqual(faults({ ...given }), expected));
  }

  it("know classes that no PostgreSQL of ours runs on, and sizes that a family has not got", () => {
    const classes = [
      "db.z1d.large",
      "db.x2iezn.2xlarge",
      "db.m6g.micro",
      "db.t4g.4xlarge",
      "db.m6g",
    ];
    for (const given of classes) {
      assert.deepEqual(faults(aws({ database: { class: given } })), [
        `antares:database.class is "${given}": expected ${databaseClass}`,
      ]);
    }
    const fit = ["db.t3.micro", "db.t4g.2xlarge", "db.r6idn.32xlarge", "db.x2iedn.xlarge"];
    for (const given of fit) assert.deepEqual(faults(aws({ database: { class: given } })), []);
  });

  it("are told all at once, by key path", () => {
    const lines = faults({
      target: "aws",
      network: { region: "eu-central-9", cidr: "10.0.0.0/30", zones: "a", sshFrom: "0.0.0.0/0" },
      elastic: { min: 2, max: 1 },
      power: "off",
      allow: "nothing",
    });
    assert.deepEqual(
      lines.map((line) => line.split(/ is |: /)[0]),
      [
        ...["network.region", "network.cidr", "network.zones", "network.sshFrom"],
        ...["elastic.min", "power", "allow"],
      ].map((path) => `antares:${path}`),
    );
  });

  it("ask for what only the operator knows", () => {
    const [region, ssh, ...none] = faults({ target: "aws" });
    assert.match(
      region ?? "",
      /^antares:network\.region: .*, because target is aws; it is missing$/,
    );
    assert.match(ssh ?? "", /^antares:network\.sshFrom: .*, because target is aws; it is missing$/);
    assert.deepEqual(none, []);
  });

  it("are its own keys, for other targets", () => {
    const given = {
      ...AWS,
      compute: { nodes: 1 },
      elastic: { max: 1 },
      bucket: { oldVersionDays: 1 },
    };
    const only = "expected no value: it counts only where target is aws";
    assert.deepEqual(faults({ ...given, target: "single", power: "parked", allow: "share" }), [
      ...["network", "compute", "elastic", "bucket"].map((key) => `antares:${key}: ${only}`),
      'antares:power is "parked": expected running: target is not aws',
      'antares:allow is "share": expected an empty list: target is not aws',
    ]);
    assert.deepEqual(faults({ target: "single", power: "running", allow: [] }), []);
    assert.deepEqual(faults({ share: { kind: "efs" }, database: { server: "rds" } }), [
      'antares:database.server is "rds": expected local or existing, because target is single',
      'antares:share.kind is "efs": expected directory, nfs or path: efs is of the target aws',
    ]);
  });
});
