import assert from "node:assert/strict";
import { ConfigError } from "../../../config/fault";
import { decode } from "../../../config/decode";
import { faults, lock, raw } from "./fixture";

const SSH = { access: "ssh", address: "192.0.2.7" };
const KEYED = {
  sshPrivateKey: `-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n`,
};
const NO_ADMIN =
  "antares:databasePassword: expected a secret, because database.server is existing and no " +
  "database.adminUser is given, who could set one; it is missing " +
  "(pulumi config set --secret antares:databasePassword)";

describe("all faults at once", () => {
  it("is one message with a line for each", () => {
    const result = decode(
      raw({ databse: {}, share: { path: "srv" }, database: { port: 70000, nmae: 1 } }),
      lock,
    );
    assert.ok(!result.ok);
    assert.equal(
      new ConfigError(result.faults).message,
      [
        "the configuration of this stack has 4 faults:",
        "  antares:databse: expected a known key; did you mean antares:database?",
        "  antares:database.nmae: expected a known property; did you mean antares:database.name?",
        "  antares:database.port is 70000: expected a TCP port from 1 to 65535",
        '  antares:share.path is "srv": expected an absolute path of a directory of its own, ' +
          "outside the system's trees (/etc, /usr, /tmp, …) and not one that others share " +
          "(/, /home, /srv, /mnt, /opt, …)",
        "docs/configuration.md describes every key.",
      ].join("\n"),
    );
  });

  it("counts one fault as one", () => {
    const message = new ConfigError([{ path: "antares:x", expected: "y" }]).message;
    assert.match(message, /has 1 fault:\n {2}antares:x: expected y\n/);
  });
});

describe("unknown keys", () => {
  it("are never shown with their value", () => {
    const lines = faults({ databasePasword: "tops3cret", zzzzzzzzzz: "tops3cret" });
    assert.equal(lines.length, 2);
    assert.equal(
      lines[0],
      "antares:databasePasword: expected a known key; did you mean antares:databasePassword?",
    );
    assert.match(
      lines[1] ?? "",
      /^antares:zzzzzzzzzz: expected a known key \(one of target, host, hosts, /,
    );
    assert.ok(!lines.join().includes("tops3cret"));
  });

  it("are told from a list's items with their place", () => {
    const right = { archive: "/b.zip", sha256: "0".repeat(64) };
    assert.deepEqual(
      faults({
        countries: [
          { iso: "MEX", ...right },
          { ISO3: "GTM", ...right },
        ],
      }),
      [
        "antares:countries[1].ISO3: expected a known property; did you mean antares:countries[1].iso?",
        "antares:countries[1].iso: expected an ISO 3166-1 alpha-3 country code: three letters such " +
          "as MEX; it is missing",
      ],
    );
  });

  it("with a dot are refused with the right way", () => {
    assert.deepEqual(faults({ "share.path": "/data" }), [
      "antares:share.path: expected no key with a dot or bracket: antares:share is one object in " +
        "the stack file (pulumi config set --path 'antares:share.path' VALUE writes it so)",
    ]);
    const [line] = faults({ "countries[0].iso": "MEX" });
    assert.match(line ?? "", /antares:countries is one list in the stack file/);
  });

  it("named like members of an object are keys as others are", () => {
    const [line] = faults({ software: '{"source":"/opt/a","__proto__":1}' });
    assert.match(line ?? "", /^antares:software\.__proto__: expected a known property \(one of /);
    assert.match(
      faults({ constructor: "x" })[0] ?? "",
      /^antares:constructor: expected a known key/,
    );
  });
});

describe("shapes", () => {
  it("refuses what is no object without repeating it", () => {
    assert.match(faults({ share: "hunter2" })[0] ?? "", /^antares:share: expected an object with/);
    assert.match(faults({ share: [1] })[0] ?? "", /^antares:share is a list: expected an object/);
    assert.deepEqual(faults({ countries: { iso: "MEX" } }), ["antares:countries: expected a list"]);
    assert.deepEqual(faults({ countries: [7] }), [
      "antares:countries[0]: expected an object with some of iso, archive, sha256",
    ]);
  });

  it("refuses values that YAML made something else", () => {
    const expected =
      "expected a release such as 1.8.6, in quotes where YAML would read it as a number";
    assert.deepEqual(faults({ software: { datacube: 1.8 } }), [
      `antares:software.datacube is 1.8: ${expected}`,
    ]);
    assert.deepEqual(faults({ share: { path: null } }).length, 1);
    assert.match(faults({ share: { path: null } })[0] ?? "", /^antares:share\.path is null: /);
    assert.match(
      faults({ host: { name: { a: 1 } } })[0] ?? "",
      /^antares:host\.name is an object: /,
    );
  });
});

describe("rules across keys", () => {
  it("asks for the source", () => {
    const [line] = faults({ software: "{}" });
    assert.match(line ?? "", /^antares:software\.source: expected git\+https:.*; it is missing$/);
  });

  it("asks for what SSH needs", () => {
    assert.deepEqual(faults({ host: { access: "ssh" } }), [
      "antares:sshPrivateKey: expected a secret, because host.access is ssh; it is missing " +
        "(pulumi config set --secret antares:sshPrivateKey)",
      "antares:host.address: expected a host name or an IP address, without port or user, because " +
        "host.access is ssh; it is missing",
    ]);
  });

  it("refuses SSH settings without SSH", () => {
    assert.deepEqual(faults({ host: { address: "192.0.2.7", port: 22 } }), [
      'antares:host.address is "192.0.2.7": expected no value: it counts only where host.access is ssh',
      "antares:host.port is 22: expected no value: it counts only where host.access is ssh",
    ]);
  });

  it("asks an existing server for its address and a password", () => {
    assert.deepEqual(faults({ database: { server: "existing" } }), [
      NO_ADMIN,
      "antares:database.host: expected a host name or an IPv4 address, without port or user, because " +
        "database.server is existing; it is missing",
    ]);
  });

  it("asks for administrator and password together", () => {
    const database = { server: "existing", host: "db" };
    assert.deepEqual(faults({ database: { ...database, adminUser: "dba" } }), [
      "antares:databaseAdminPassword: expected a secret, because database.adminUser is given; it " +
        "is missing (pulumi config set --secret antares:databaseAdminPassword)",
    ]);
    assert.deepEqual(faults({ database }, { databaseAdminPassword: "x" }), [
      "antares:database.adminUser: expected a PostgreSQL name of letters, digits and _ . @ -, at " +
        "most 63 long, because the secret databaseAdminPassword is given; it is missing",
    ]);
  });

  it("refuses settings of an existing server for a local one", () => {
    const only = "expected no value: it counts only where database.server is existing";
    assert.deepEqual(faults({ database: { host: "db", sslmode: "require", caFile: "/ca.pem" } }), [
      `antares:database.host is "db": ${only}`,
      `antares:database.sslmode is "require": ${only}`,
      `antares:database.caFile is "/ca.pem": ${only}`,
    ]);
  });

  it("ties the CA file to the verifying modes", () => {
    const database = { server: "existing", host: "db" };
    const path =
      "an absolute path without `.`, `..`, `//` or a `/` at its end; letters, digits and . _ + @ -";
    const password = { databasePassword: "x" };
    assert.deepEqual(faults({ database: { ...database, sslmode: "verify-ca" } }, password), [
      `antares:database.caFile: expected ${path}, because database.sslmode is verify-ca; it is missing`,
    ]);
    assert.deepEqual(faults({ database: { ...database, caFile: "/ca.pem" } }, password), [
      'antares:database.caFile is "/ca.pem": expected no value: it counts only where ' +
        "database.sslmode is verify-ca or verify-full",
    ]);
  });

  it("allows only ways to the database that exist", () => {
    assert.deepEqual(faults({ database: { reach: "tunnel" } }), [
      'antares:database.reach is "tunnel": expected direct: a tunnel goes through SSH, and ' +
        "host.access is local",
    ]);
    assert.deepEqual(faults({ host: SSH, database: { reach: "direct" } }, KEYED), [
      'antares:database.reach is "direct": expected tunnel: a local server behind SSH answers its ' +
        "own cluster only",
    ]);
    assert.deepEqual(faults({ database: { tunnelPort: 1234 } }), [
      "antares:database.tunnelPort is 1234: expected no value: it counts only where " +
        "database.reach is tunnel",
    ]);
  });

  it("keeps the roles apart", () => {
    const admin = { server: "existing", host: "db", adminUser: "antares" };
    assert.match(
      faults({ database: admin }, { databaseAdminPassword: "x" })[0] ?? "",
      /^antares:database\.user: expected a role other than the administrator/,
    );
    assert.match(
      faults({ database: { user: "antares_admin" } })[0] ?? "",
      /^antares:database\.user is "antares_admin": expected a role other than the administrator/,
    );
    assert.match(
      faults({ database: { postgis: "full", gisOwner: "antares" } })[0] ?? "",
      /^antares:database\.gisOwner is "antares": expected a role other than database\.user/,
    );
  });

  it("keeps share and home apart", () => {
    assert.deepEqual(faults({ share: { path: "/home/antares/share" } }), [
      'antares:share.path is "/home/antares/share": expected a directory outside service.home ' +
        "(/home/antares)",
    ]);
    assert.deepEqual(faults({ service: { home: "/srv/antares" } }), [
      'antares:service.home is "/srv/antares": expected a directory outside share.path (/srv/antares)',
    ]);
    assert.deepEqual(faults({ share: { path: "/home/antares2" } }), []);
  });

  it("asks for accounts and their passwords together", () => {
    assert.match(
      faults({ antares: { usgsUser: "jane" } })[0] ?? "",
      /^antares:usgsPassword: expected a secret, because antares\.usgsUser is given; it is missing/,
    );
    assert.match(
      faults({}, { scihubPassword: "x" })[0] ?? "",
      /^antares:antares\.scihubUser: .*because the secret scihubPassword is given; it is missing$/,
    );
  });

  it("refuses one country with two archives", () => {
    const sha256 = "0".repeat(64);
    const countries = [
      { iso: "MEX", archive: "/a.zip", sha256 },
      { iso: "mex", archive: "/b.zip", sha256 },
    ];
    assert.deepEqual(faults({ countries }), [
      'antares:countries[1].iso is "mex": expected each country once: MEX is already listed with ' +
        "another archive",
    ]);
  });
});
