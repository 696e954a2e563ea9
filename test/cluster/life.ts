import { strict as assert } from "node:assert";
import type { Membership } from "../../components/bootstrap/scheduler";
import { eventually, GridEngine } from "./gridEngine";
import type { Cluster } from "./stage";

/** A cluster of a master and three hosts, and what its story does with it. */
export interface Life {
  readonly cluster: Cluster;
  readonly ge: GridEngine;
  /** The scheduler's phase; what it emits. */
  schedule(list: Partial<Membership>): Promise<string>;
  joinNode(name: string): Promise<void>;
  /** The reconciler's line, once it is logged after the first `from` lines. */
  logged(line: RegExp, seconds: number, from?: number): Promise<string>;
}

const SLOTS = { jobSlots: 2, daskSlots: 1 };
/** What a node has that is in no list. */
export const ELASTIC = { jobSlots: 1, daskSlots: 1 };

export const fixed = (...names: string[]): Membership["fixed"] =>
  Object.fromEntries(names.map((name) => [name, SLOTS]));

export function lifeOf(cluster: Cluster): Life {
  return {
    cluster,
    ge: new GridEngine(cluster),
    schedule: async (list) => {
      const { code, stdout, stderr } = await cluster.scheduler(list);
      assert.equal(code, 0, stderr);
      return stdout;
    },
    joinNode: async (name) => {
      const { code, stdout, stderr } = await cluster.join(cluster.host(name));
      assert.deepEqual([code, stdout], [0, `{"name": "${name}"}\n`], stderr);
    },
    logged: (line, seconds, from = 0) =>
      eventually(
        `the reconciler logs ${String(line)}; it has\n${cluster.log().join("\n")}`,
        seconds,
        () =>
          cluster
            .log()
            .slice(from)
            .find((each) => line.test(each)),
      ),
  };
}
