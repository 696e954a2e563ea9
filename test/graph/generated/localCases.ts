import * as fc from "fast-check";
import { formalPrivateKey } from "../configuration";
import { type Case, mark, postgis } from "./case";

// Neither dask's nor Grid Engine's.
const port = fc.integer({ min: 1, max: 65535 }).filter((n) => n < 6444 || n > 9199);
const iso = fc.stringMatching(/^[A-Z]{3}$/);
const digest = fc.stringMatching(/^[0-9a-f]{64}$/);
const path = fc.stringMatching(/^\/data\/[a-z0-9_-]{1,12}$/);

const countries = fc.uniqueArray(
  fc.record({ iso, archive: path.map((folder) => `${folder}/a.zip`), sha256: digest }),
  { maxLength: 4, selector: (country) => country.iso },
);

const host = fc.oneof(
  fc.record({ name: fc.constantFrom("master"), access: fc.constant("local") }),
  fc.record(
    {
      name: fc.constantFrom("master"),
      access: fc.constant("ssh"),
      address: fc.constantFrom("198.51.100.7", "2001:db8::7", "master.example.org"),
      port,
      user: fc.constantFrom("root", "deployer"),
    },
    { requiredKeys: ["name", "access", "address"] },
  ),
);

const local = fc.record({ server: fc.constant("local"), port, postgis });
const existing = fc.record({
  server: fc.constant("existing"),
  host: fc.constantFrom("db.example.org", "203.0.113.4"),
  port,
  sslmode: fc.constantFrom("disable", "require"),
  postgis,
});
const database = fc.oneof(
  local.map((server) => ({ server, secrets: [] as readonly string[] })),
  existing.map((server) => ({
    server: { ...server, adminUser: "dba" },
    secrets: ["databaseAdminPassword"],
  })),
  existing.map((server) => ({ server, secrets: ["databasePassword"] })),
);

const optionalSecrets = fc.subarray(["databasePassword", "djangoSecretKey", "bisLicense"]);
const accounts = fc.subarray(["usgs", "scihub"]);
const ALL = [
  "sshPrivateKey",
  "databaseAdminPassword",
  "databasePassword",
  "djangoSecretKey",
].concat(["usgsPassword", "scihubPassword", "bisLicense"]);
const marks = fc.tuple(...ALL.map(mark)).map((texts) => new Map(ALL.map((n, i) => [n, texts[i]])));

const settings = fc.record({
  host,
  database,
  countries,
  optionalSecrets,
  accounts,
  marks,
  share: path,
  debug: fc.boolean(),
});

/** One machine: with every secret that it needs, and some that it may have. */
export const localCases: fc.Arbitrary<Case> = fc
  .tuple(settings, fc.boolean())
  .map(([{ marks: texts, ...chosen }, preview]) => {
    const users = chosen.accounts.map((name) => [`${name}User`, "jane"]);
    const names = [
      ...(chosen.host.access === "ssh" ? ["sshPrivateKey"] : []),
      ...chosen.database.secrets,
      ...chosen.optionalSecrets,
      ...chosen.accounts.map((name) => `${name}Password`),
    ];
    const secrets = names.map((name): [string, string] => {
      const text = texts.get(name) ?? "";
      return [name, name === "sshPrivateKey" ? formalPrivateKey(text) : text];
    });
    const given = {
      software: { source: "/srv/madmex" },
      host: chosen.host,
      database: chosen.database.server,
      countries: chosen.countries,
      share: { path: chosen.share },
      antares: { debug: chosen.debug, ...Object.fromEntries(users) },
    };
    return { given, secrets: Object.fromEntries(secrets), preview };
  });
