import assert from "node:assert/strict";
import {
  antaresEnv,
  datacubeConf,
  loginProfile,
  pgpass,
} from "../../../components/bootstrap/settings/files";
import { decoded, type Given } from "../config/fixture";

const database = {
  host: "db.example.org",
  port: 5432,
  name: "maps",
  user: "cart",
  password: "s3cret",
};

/** Keys of the manual guide's `.antares`. */
const GUIDE = ["SECRET_KEY", "DEBUG", "DJANGO_LOG_LEVEL", "DATABASE_NAME", "DATABASE_USER"].concat(
  [
    "DATABASE_PASSWORD",
    "DATABASE_HOST",
    "DATABASE_PORT",
    "ALLOWED_HOSTS",
    "SERIALIZED_OBJECTS_DIR",
  ],
  ["USGS_USER", "USGS_PASSWORD", "SCIHUB_USER", "SCIHUB_PASSWORD", "TEMP_DIR", "INGESTION_PATH"],
  ["BIS_LICENSE"],
);

const everything = {
  debug: true,
  logLevel: "DEBUG",
  allowedHosts: "maps.example.org",
  tempDir: "/data/temp",
  serializedObjectsDir: "/data/models",
  ingestionPath: "/data/ingestion",
  ingestionBucket: "my-ingestion",
  segmentationDir: "/data/segmentation",
  segmentationBucket: "my-segmentation",
  usgsUser: "jane",
  scihubUser: "john",
};

const accounts = { usgsPassword: "of jane", scihubPassword: "of john", bisLicense: "a licence" };

const keysOf = (text: string): string[] =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => line.slice(0, line.indexOf("=")));

const profileOf = (given: Given, secrets: Readonly<Record<string, string>> = {}): string => {
  const config = decoded(given, secrets);
  return loginProfile(config, config.service);
};

describe("the settings files", () => {
  it(".datacube.conf has one section, named datacube", () => {
    const lines = [
      "[datacube]",
      "db_hostname: db.example.org",
      "db_port: 5432",
      "db_database: maps",
    ];
    const text = [...lines, "db_username: cart", "db_password: s3cret", ""].join("\n");
    assert.equal(datacubeConf(database), text);
  });

  it(".pgpass has one line", () => {
    assert.equal(pgpass(database), "db.example.org:5432:maps:cart:s3cret\n");
  });

  it(".antares has, without a setting, what antares cannot do without", () => {
    const text = antaresEnv(decoded().antares, database, { djangoSecretKey: "drawn" });
    const lines = ["SECRET_KEY=drawn", "DJANGO_LOG_LEVEL=INFO", "ALLOWED_HOSTS=localhost"].concat(
      ["DATABASE_NAME=maps", "DATABASE_USER=cart", "DATABASE_PASSWORD=s3cret"],
      ["DATABASE_HOST=db.example.org", "DATABASE_PORT=5432", "TEMP_DIR=/srv/antares/data/temp"],
      ["SERIALIZED_OBJECTS_DIR=/srv/antares/data/models"],
      ["INGESTION_PATH=/srv/antares/data/ingestion", "DRIVER=NetCDF CF", ""],
    );
    assert.equal(text, lines.join("\n"));
  });

  it(".antares has every key of the guide, and those that came later, when all is set", () => {
    const config = decoded({ antares: everything }, accounts);
    const text = antaresEnv(config.antares, database, { djangoSecretKey: "drawn", ...accounts });
    const lines = ["SECRET_KEY=drawn", "DEBUG=True", "DJANGO_LOG_LEVEL=DEBUG"].concat(
      ["ALLOWED_HOSTS=maps.example.org", "DATABASE_NAME=maps", "DATABASE_USER=cart"],
      ["DATABASE_PASSWORD=s3cret", "DATABASE_HOST=db.example.org", "DATABASE_PORT=5432"],
      ["TEMP_DIR=/data/temp", "SERIALIZED_OBJECTS_DIR=/data/models"],
      ["INGESTION_PATH=/data/ingestion", "INGESTION_BUCKET=my-ingestion", "DRIVER=NetCDF CF"],
      ["SEGMENTATION_DIR=/data/segmentation", "SEGMENTATION_BUCKET=my-segmentation"],
      ["USGS_USER=jane", "USGS_PASSWORD=of jane", "SCIHUB_USER=john", "SCIHUB_PASSWORD=of john"],
      ["BIS_LICENSE=a licence", ""],
    );
    assert.equal(text, lines.join("\n"));
    assert.deepEqual(
      GUIDE.filter((key) => !keysOf(text).includes(key)),
      [],
    );
    assert.equal(GUIDE.length, 17);
  });

  it(".antares never has DEBUG where it is off, nor a key without a value", () => {
    const config = { ...decoded().antares, debug: false, usgsUser: "" };
    const keys = keysOf(antaresEnv(config, database, { djangoSecretKey: "x", bisLicense: "" }));
    for (const key of ["DEBUG", "USGS_USER", "BIS_LICENSE"]) assert.ok(!keys.includes(key), key);
  });
});

describe("the login profile", () => {
  const path = "# antares3: written by its deployment\nexport PATH=/opt/antares/venv/bin:$PATH\n";

  it("puts the commands on the path", () => {
    assert.equal(profileOf({}), path);
  });

  it("carries TLS for the service user alone, which no settings file can", () => {
    const site = { server: "existing", host: "db.example.org" };
    const secrets = { databasePassword: "abc" };
    const only = (text: string): string => `if [ "$(id -un)" = antares ]; then ${text}; fi\n`;
    assert.equal(profileOf({ database: site }, secrets), path + only("export PGSSLMODE=require"));
    const verified = { ...site, sslmode: "verify-full", caFile: "/etc/ssl/db.pem" };
    const tls = "export PGSSLMODE=verify-full PGSSLROOTCERT='/etc/ssl/db.pem'";
    assert.equal(profileOf({ database: verified }, secrets), path + only(tls));
  });
});
