import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../../config/model";
import type { Infrastructure } from "../infrastructure/contract";

/** What every phase is given. */
export interface PhaseContext {
  /** Name of the bootstrap; every resource's name begins with it. */
  readonly name: string;
  readonly parent: pulumi.ComponentResource;
  readonly config: Config<pulumi.Output<string>>;
  readonly infrastructure: Infrastructure;
}

/** Script values of the service user. */
export function serviceValues({ config }: PhaseContext): Record<string, string> {
  return {
    SERVICE_USER: config.service.user,
    SERVICE_UID: String(config.service.uid),
    SERVICE_HOME: config.service.home,
  };
}

/** Script parts that mount the share. */
export function shareParts({ infrastructure: { share } }: PhaseContext): readonly string[] {
  const scripts = "components/bootstrap/scripts";
  const ofEfs = share.kind === "efs" ? ["daemons", "tunnel", "efs"] : [];
  const own = [...ofEfs, "mount"].map((part) => `${scripts}/${part}.sh`);
  return ["components/host/scripts/packages.sh", ...own];
}

/** Script values with which a host finds the share. */
export function shareValues(
  { config, infrastructure: { share, masterFqdn } }: PhaseContext,
  host: "master" | "node",
): Record<string, pulumi.Input<string>> {
  const common = {
    SHARE: share.path,
    SHARE_KIND: share.kind,
    SHARE_SERVER: share.kind === "exported" && host === "master" ? "yes" : "no",
  };
  const mounted = { ...common, DEBIAN_MIRROR: config.software.debianMirror ?? "" };
  switch (share.kind) {
    case "nfs":
      return { ...mounted, SHARE_SOURCE: share.source, SHARE_OPTIONS: share.options };
    case "efs": {
      const way = { SHARE_TLS: String(share.tunnelPort ?? "") };
      return { ...mounted, ...way, SHARE_SOURCE: share.source, SHARE_OPTIONS: share.options };
    }
    case "exported": {
      const source = pulumi.interpolate`${masterFqdn}:${share.path}`;
      return { ...mounted, SHARE_SOURCE: source, SHARE_OPTIONS: share.options };
    }
    case "directory":
    case "path":
      return { ...common, SHARE_SOURCE: "", SHARE_OPTIONS: "", DEBIAN_MIRROR: "" };
  }
}

/** Script values of a host's installation from the wheelhouse. */
export function installValues(context: PhaseContext): Record<string, string> {
  const { share, software } = context.config;
  return {
    ...serviceValues(context),
    SHARE: share.path,
    DEBIAN_MIRROR: software.debianMirror ?? "",
    PYTHON: software.python,
  };
}

/** Script values of the way to the database from a host; the password is in the settings. */
export function databaseValues({
  config,
  infrastructure: { database },
}: PhaseContext): Record<string, pulumi.Input<string>> {
  return {
    DB_HOST: database.host,
    DB_PORT: String(database.port),
    DB_NAME: config.database.name,
    DB_USER: config.database.user,
    PGSSLMODE: database.sslmode,
    PGSSLROOTCERT: database.caFile ?? "",
  };
}
