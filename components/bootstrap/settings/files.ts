import type { AntaresConfig, Config, ServiceConfig } from "../../../config/model";

/** Where the database is, as the settings files say it. */
export interface DatabaseSettings {
  readonly host: string;
  readonly port: number;
  readonly name: string;
  readonly user: string;
  readonly password: string;
}

/** Secrets of antares' own settings file. */
export interface AntaresSecrets {
  readonly djangoSecretKey: string;
  readonly usgsPassword?: string | undefined;
  readonly scihubPassword?: string | undefined;
  readonly bisLicense?: string | undefined;
}

/**
 * `.datacube.conf`. Antares' indexing reads the section `[datacube]` of this very file in the home
 * and nothing else, so there is one section, with this name.
 */
export function datacubeConf(database: DatabaseSettings): string {
  return [
    "[datacube]",
    `db_hostname: ${database.host}`,
    `db_port: ${database.port}`,
    `db_database: ${database.name}`,
    `db_username: ${database.user}`,
    `db_password: ${database.password}`,
    "",
  ].join("\n");
}

/** `.pgpass`: one line; `:` and `\` in a password are refused by the configuration. */
export function pgpass({ host, port, name, user, password }: DatabaseSettings): string {
  return `${host}:${port}:${name}:${user}:${password}\n`;
}

/**
 * `.antares`, read by python-dotenv. A key that has no value is left out: to antares any text in
 * DEBUG is true (`False` too), and an empty SECRET_KEY or TEMP_DIR breaks it.
 */
export function antaresEnv(
  config: AntaresConfig,
  database: DatabaseSettings,
  secrets: AntaresSecrets,
): string {
  const entries: readonly (readonly [string, string | undefined])[] = [
    ["SECRET_KEY", secrets.djangoSecretKey],
    ["DEBUG", config.debug ? "True" : undefined],
    ["DJANGO_LOG_LEVEL", config.logLevel],
    ["ALLOWED_HOSTS", config.allowedHosts],
    ["DATABASE_NAME", database.name],
    ["DATABASE_USER", database.user],
    ["DATABASE_PASSWORD", database.password],
    ["DATABASE_HOST", database.host],
    ["DATABASE_PORT", String(database.port)],
    ["TEMP_DIR", config.tempDir],
    ["SERIALIZED_OBJECTS_DIR", config.serializedObjectsDir],
    ["INGESTION_PATH", config.ingestionPath],
    ["INGESTION_BUCKET", config.ingestionBucket],
    ["DRIVER", config.driver],
    ["SEGMENTATION_DIR", config.segmentationDir],
    ["SEGMENTATION_BUCKET", config.segmentationBucket],
    ["USGS_USER", config.usgsUser],
    ["USGS_PASSWORD", secrets.usgsPassword],
    ["SCIHUB_USER", config.scihubUser],
    ["SCIHUB_PASSWORD", secrets.scihubPassword],
    ["BIS_LICENSE", secrets.bisLicense],
  ];
  return entries
    .filter(([, value]) => value !== undefined && value !== "")
    .map(([key, value]) => `${key}=${value}\n`)
    .join("");
}

/** Environment of login shells: the commands on PATH, and TLS, which has no key in any of the files. */
export function loginProfile(
  config: Pick<Config<unknown>, "database">,
  service: ServiceConfig,
): string {
  const { server } = config.database;
  const tls =
    server.kind !== "local"
      ? `export PGSSLMODE=${server.sslmode}${server.caFile === undefined ? "" : ` PGSSLROOTCERT='${server.caFile}'`}\n`
      : "";
  return `# antares3: written by its deployment\nexport PATH=/opt/antares/venv/bin:$PATH\n${
    tls === "" ? "" : `if [ "$(id -un)" = ${service.user} ]; then ${tls.trim()}; fi\n`
  }`;
}
