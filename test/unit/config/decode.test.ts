import assert from "node:assert/strict";
import type { Config, HostAccessConfig } from "../../../config/model";
import { COMMIT, decoded, faults, PRIVATE_KEY } from "./fixture";

const SSH = { access: "ssh", address: "node.example.org" };
const EXISTING = { server: "existing", host: "db.example.org" };

function accessOf({ target }: Config<string>): HostAccessConfig | undefined {
  return target.kind === "single" ? target.host.access : undefined;
}

describe("decoding a right configuration", () => {
  it("fills in every default", () => {
    assert.deepEqual(decoded(), {
      target: { kind: "single", host: { name: "master", access: { kind: "local" } } },
      ssh: { waitSeconds: 300 },
      share: { path: "/srv/antares", kind: "directory" },
      database: {
        server: { kind: "local", port: 5433 },
        name: "antares",
        user: "antares",
        postgis: "minimal",
        gisOwner: "gis_owner",
        reach: "direct",
        tunnelPort: 15432,
      },
      software: {
        source: { kind: "git", url: "https://git.example.org/antares3.git", commit: COMMIT },
        line: "develop",
        python: "python3.11",
        datacube: "1.8.6",
      },
      antares: {
        debug: false,
        logLevel: "INFO",
        allowedHosts: "localhost",
        tempDir: "/srv/antares/data/temp",
        serializedObjectsDir: "/srv/antares/data/models",
        ingestionPath: "/srv/antares/data/ingestion",
        driver: "NetCDF CF",
      },
      countries: [],
      service: { user: "antares", uid: 5000, home: "/home/antares" },
      scheduler: { kind: "none", jobSlots: 2, queue: "antares.q", elastic: false, brake: 0.5 },
      dask: {
        slots: 1,
        schedulerPort: 8786,
        dashboardPort: 8787,
        workerPorts: { first: 9000, last: 9199 },
      },
      secrets: {},
    });
  });

  it("keeps the other defaults of an object that sets one property", () => {
    const { database, service } = decoded({ database: { name: "cover" }, service: { uid: 6001 } });
    assert.equal(database.name, "cover");
    assert.equal(database.user, "antares");
    assert.deepEqual(service, { user: "antares", uid: 6001, home: "/home/antares" });
  });

  it("takes numbers and truth values that YAML quoted", () => {
    const { database, antares } = decoded({
      database: { port: "6000" },
      antares: { debug: "true" },
    });
    assert.deepEqual(database.server, { kind: "local", port: 6000 });
    assert.equal(antares.debug, true);
  });

  it("puts antares' directories below another share", () => {
    const { antares } = decoded({
      share: { path: "/data/antares" },
      antares: { tempDir: "/big/t" },
    });
    assert.equal(antares.tempDir, "/big/t");
    assert.equal(antares.ingestionPath, "/data/antares/data/ingestion");
  });

  it("reaches a host by SSH, and the local server there through a tunnel", () => {
    const config = decoded({ host: { ...SSH, port: 2222 } }, { sshPrivateKey: PRIVATE_KEY });
    assert.deepEqual(accessOf(config), {
      kind: "ssh",
      address: "node.example.org",
      port: 2222,
      user: "root",
    });
    assert.equal(config.database.reach, "tunnel");
    assert.deepEqual(config.secrets, { sshPrivateKey: PRIVATE_KEY });
  });

  it("drops the comment of a host key", () => {
    const blob = Buffer.concat([
      Buffer.from([0, 0, 0, 11]),
      Buffer.from("ssh-ed25519"),
      Buffer.from([0, 0, 0, 32]),
      Buffer.alloc(32, 7),
    ]).toString("base64");
    const host = { ...SSH, hostKey: `ssh-ed25519 ${blob} root@node` };
    const access = accessOf(decoded({ host }, { sshPrivateKey: PRIVATE_KEY }));
    assert.equal(access?.kind === "ssh" ? access.hostKey : "", `ssh-ed25519 ${blob}`);
  });

  it("knows an existing server with an administrator", () => {
    const { database } = decoded(
      {
        database: { ...EXISTING, sslmode: "verify-full", caFile: "/etc/ca.pem", adminUser: "dba" },
      },
      { databaseAdminPassword: "p:w%/ d" },
    );
    assert.deepEqual(database.server, {
      kind: "existing",
      host: "db.example.org",
      port: 5432,
      sslmode: "verify-full",
      caFile: "/etc/ca.pem",
      admin: { user: "dba", database: "postgres" },
    });
    assert.equal(database.reach, "direct");
  });

  it("knows an existing server where only the application role is given", () => {
    const { database } = decoded({ database: EXISTING }, { databasePassword: "abc123" });
    assert.deepEqual(database.server, {
      kind: "existing",
      host: "db.example.org",
      port: 5432,
      sslmode: "require",
    });
  });

  it("takes a wheel and a directory as source", () => {
    const wheel = "/opt/w/madmex-0.4.0-py3-none-any.whl";
    assert.deepEqual(decoded({ software: { source: wheel } }).software.source, {
      kind: "wheel",
      path: wheel,
    });
    assert.deepEqual(decoded({ software: { source: "/opt/antares3" } }).software.source, {
      kind: "directory",
      path: "/opt/antares3",
    });
  });

  it("writes countries in upper case, in order, each once", () => {
    const country = (iso: string): object => ({
      iso,
      archive: "/b/x.zip",
      sha256: "AB".repeat(32),
    });
    const { countries } = decoded({ countries: [country("mex"), country("GTM"), country("Mex")] });
    assert.deepEqual(countries, [
      { iso: "MEX", archive: "/b/x.zip", sha256: "ab".repeat(32) },
      { iso: "GTM", archive: "/b/x.zip", sha256: "ab".repeat(32) },
    ]);
  });

  it("carries antares' accounts with their secrets", () => {
    const config = decoded({ antares: { usgsUser: "jane" } }, { usgsPassword: "a:b/c%d" });
    assert.equal(config.antares.usgsUser, "jane");
    assert.deepEqual(config.secrets, { usgsPassword: "a:b/c%d" });
  });
});

describe("targets", () => {
  it("refuses an unknown target as a value", () => {
    assert.deepEqual(faults({ target: "singel" }), [
      'antares:target is "singel": expected one of single, hosts, aws',
    ]);
  });
});
