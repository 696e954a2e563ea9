import { posix } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { GeneratedSecret } from "../../providers/resources/generatedSecret";
import type { Step } from "../host/host";
import { serviceValues, type PhaseContext } from "./context";
import { antaresEnv, datacubeConf, loginProfile, pgpass } from "./settings/files";

/** The three settings files from one place, for every host. */
export function settings(
  context: PhaseContext,
  database: { readonly password: pulumi.Output<string> },
): Step<{ files: number }> {
  const { config, infrastructure } = context;
  const files = settingsFiles(context, database.password);
  return infrastructure.master.run(
    `${context.name}-settings`,
    {
      phase: "settings",
      parts: [
        "components/bootstrap/scripts/link-settings.sh",
        "components/bootstrap/scripts/settings.sh",
      ],
      values: {
        ...serviceValues(context),
        SHARE: config.share.path,
        DATACUBE_CONF: files.DATACUBE_CONF,
        ANTARES_ENV: files.ANTARES_ENV,
        PGPASS: files.PGPASS,
        PROFILE: loginProfile(config, config.service),
        DATA_FOLDERS: dataFolders(context).join(" "),
        ...certificates(context),
      },
      secretValues: ["DATACUBE_CONF", "ANTARES_ENV", "PGPASS"],
      limitMinutes: 5,
    },
    { parent: context.parent },
  );
}

function settingsFiles(context: PhaseContext, password: pulumi.Output<string>) {
  const { config, infrastructure } = context;
  return pulumi
    .all([
      infrastructure.database.host,
      password,
      antaresSecrets(context),
      config.antares.ingestionBucket ?? infrastructure.bucket,
    ])
    .apply(([host, clear, secrets, ingestionBucket]) => {
      const { name, user } = config.database;
      const settings = { host, port: infrastructure.database.port, name, user, password: clear };
      const bucket = ingestionBucket === undefined ? {} : { ingestionBucket };
      return {
        DATACUBE_CONF: datacubeConf(settings),
        ANTARES_ENV: antaresEnv({ ...config.antares, ...bucket }, settings, secrets),
        PGPASS: pgpass(settings),
      };
    });
}

/** The database's certificates, where the hosts do not have them yet. */
function certificates({ infrastructure }: PhaseContext): Record<string, string> {
  const { ca, writesCa, caFile } = infrastructure.database;
  if (ca === undefined || caFile === undefined || writesCa !== true) return {};
  return { DATABASE_CA: ca, DATABASE_CA_FILE: posix.basename(caFile) };
}

/** Folders that antares expects to be there. */
function dataFolders({ config: { antares } }: PhaseContext): string[] {
  const folders = [
    antares.tempDir,
    antares.serializedObjectsDir,
    antares.ingestionPath,
    antares.segmentationDir,
  ];
  return folders.filter((folder): folder is string => folder !== undefined);
}

function antaresSecrets({ name, parent, config: { secrets } }: PhaseContext) {
  const djangoSecretKey =
    secrets.djangoSecretKey ??
    new GeneratedSecret(`${name}-django-secret-key`, { length: 50 }, { parent }).value;
  const { usgsPassword, scihubPassword, bisLicense } = secrets;
  return pulumi
    .all([djangoSecretKey, usgsPassword, scihubPassword, bisLicense])
    .apply(([secretKey, usgs, scihub, licence]) => ({
      djangoSecretKey: secretKey,
      usgsPassword: usgs,
      scihubPassword: scihub,
      bisLicense: licence,
    }));
}
