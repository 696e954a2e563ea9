import * as pulumi from "@pulumi/pulumi";
import type { Step } from "../host/host";
import { loadedRegions, type AntaresResult } from "./antares";
import { databaseValues, serviceValues, type PhaseContext } from "./context";
import type { JoinResult } from "./join";
import type { Recipe } from "./recipe";

/** The verified state of the whole cluster, as asked of the database and of every host. */
export interface Acceptance {
  readonly schema: "ready";
  readonly migrations: {
    readonly expected: number;
    readonly applied: number;
    readonly last: string;
  };
  readonly countries: readonly { readonly iso: string; readonly regions: number }[];
  readonly nodes: readonly JoinResult[];
  /** What Grid Engine has; null where the cluster has none. */
  readonly gridEngine: {
    /** Hosts by their names in the configuration, others by their FQDN; slots of jobs and of dask. */
    readonly hosts: readonly {
      readonly name: string;
      readonly jobSlots: number;
      readonly daskSlots: number;
    }[];
    readonly queues: readonly string[];
    /** Slots for jobs. */
    readonly slots: number;
  } | null;
  /** Workers that the dask scheduler knows, and the nodes that they are on. */
  readonly dask: { readonly workers: number; readonly nodes: readonly string[] };
  /** Versions of Python, PostgreSQL, PostGIS and the packages that matter. */
  readonly versions: Readonly<Record<string, string | null>>;
}

/**
 * N of N nodes and every row, or a failure that says who is missing and why. It asks the
 * share which nodes have joined and depends on none of them: a bad node must not hide the others.
 */
export function acceptance(
  context: PhaseContext,
  made: {
    readonly recipe: Recipe;
    readonly tables: Step<AntaresResult>;
    /** Grid Engine, where the cluster has one. */
    readonly scheduler: Step<unknown> | undefined;
  },
): Step<Acceptance> {
  return context.infrastructure.master.run(
    `${context.name}-acceptance`,
    {
      phase: "acceptance",
      parts: [
        "components/bootstrap/scripts/query.sh",
        "components/bootstrap/scripts/acceptance.sh",
      ],
      assets: {
        "acceptance.py": "components/bootstrap/scripts/acceptance.py",
        "cluster.py": "components/bootstrap/scripts/cluster.py",
        "dask_workers.py": "components/bootstrap/scripts/dask_workers.py",
        "database.py": "components/bootstrap/scripts/database.py",
        "expected_migrations.py": "components/bootstrap/scripts/expected_migrations.py",
      },
      values: {
        ...serviceValues(context),
        ...databaseValues(context),
        WANTED: wanted(context, made.recipe),
        ISOS: context.config.countries.map((country) => country.iso).join(" "),
        REGIONS: pulumi.jsonStringify(made.tables.result.apply(loadedRegions)),
      },
      limitMinutes: 45,
    },
    { parent: context.parent, dependsOn: made.scheduler?.resource ?? [] },
  );
}

/** What cluster.py compares the cluster with. */
function wanted(
  { config, infrastructure: { master, masterFqdn, nodes, share } }: PhaseContext,
  { digest }: Recipe,
): pulumi.Output<string> {
  const slots = nodes.map(
    ({ host, jobSlots, daskSlots }) => [host.name, { jobSlots, daskSlots }] as const,
  );
  return pulumi.jsonStringify({
    share: share.path,
    recipe: digest,
    scheduler: config.scheduler.kind,
    queue: config.scheduler.queue,
    master: { name: master.name, fqdn: masterFqdn },
    user: config.service.user,
    nodes: Object.fromEntries(slots),
    // As long as a host may take to answer, and a little until its join marks that it is at work.
    waitSeconds: config.ssh.waitSeconds + 30,
  });
}
