import { isCommand } from "./commands";
import { ancestors, find } from "./find";
import type { Graph } from "./harness";
import type { Registration } from "./registration";
import type { Rule } from "./rule";

/** Who is in the cluster, as its infrastructure says. */
export function cluster(graph: Graph): {
  /** Name of the infrastructure; the names of its resources begin with it. */
  readonly name: string;
  readonly master: string;
  readonly nodes: readonly string[];
  /** True where its hosts are stopped. */
  readonly parked: boolean;
} {
  const of = graph.resources.find(({ type }) => type.startsWith("antares:infrastructure:"));
  const { host, master = host, nodes = [host], parked = false } = of?.outputs ?? {};
  if (of === undefined || !Array.isArray(nodes)) throw new Error("the graph has no hosts");
  return {
    name: of.name,
    master: String(master),
    nodes: nodes.map(String),
    parked: parked === true,
  };
}

const SCHEDULER = "bootstrap-scheduler";
const ELASTIC_GROUP = "aws:autoscaling/group:Group";
const OPTIONAL = /-(dask|join-.*|image-built)$/;

/** Every phase of the master, in order; a graph has those that its configuration needs. */
function chain(graph: Graph, steps: readonly string[]): readonly string[] {
  const { master, parked } = cluster(graph);
  const phases = ["share", "software", "settings", "recipe", "datacube", "antares"];
  return [
    ...[...phases, `join-${master}`, "dask", ...(parked ? [] : ["acceptance"])].map(
      (phase) => `bootstrap-${phase}`,
    ),
    "elastic-image-built",
  ].filter((step) => !OPTIONAL.test(step) || steps.includes(step));
}

export const chained: Rule = {
  name: "the steps of the master run one after another, in the order of the phases",
  check: (graph) => {
    const { name, master } = cluster(graph);
    const all = graph.resources.filter(isCommand).map((step) => step.name);
    const steps = all.filter(
      (step) =>
        !/^bootstrap-(join-|scheduler$)|-database-server$/.test(step) ||
        step.endsWith(`-${master}`),
    );
    const wanted = chain(graph, steps);
    if (steps.join() !== wanted.join()) return [`steps: ${steps.join()}`];
    const before = [`${name}-${master}-ready`, ...wanted];
    return wanted.filter(
      (step, i) => !find(graph, step).dependencies.includes(find(graph, before[i] ?? "").urn),
    );
  },
};

export const besides: Rule = {
  name: "the database server waits for its host only, and only the database waits for it",
  check: (graph) => {
    const { name, master } = cluster(graph);
    const server = graph.resources.find(
      (one) => one.name === `${name}-database-server` && isCommand(one),
    );
    if (server === undefined) return [];
    const before = [...ancestors(graph, server)].map((one) => one.name);
    const behind = graph.resources.filter((one) => one.dependencies.includes(server.urn));
    return [
      ...before.filter((one) => one.startsWith("bootstrap-")),
      ...(before.includes(`${name}-${master}-ready`) ? [] : [server.name]),
      ...behind
        .map((one) => one.name)
        .filter((one) => !/^bootstrap-(database-|datacube$)/.test(one)),
      ...(behind.some((one) => one.name === "bootstrap-database-database") ? [] : ["nobody waits"]),
    ];
  },
};

export const joined: Rule = {
  name: "each node joins once, after the recipe and its own host, without waiting for Grid Engine",
  check: (graph) => {
    const { name, nodes } = cluster(graph);
    const joins = graph.resources
      .map((one) => one.name)
      .filter((one) => one.startsWith("bootstrap-join-"));
    const wanted = nodes.map((node) => `bootstrap-join-${node}`);
    return [
      ...(joins.sort().join() === wanted.sort().join() ? [] : [`joins: ${joins.join()}`]),
      ...nodes.flatMap((node) => {
        const step = find(graph, `bootstrap-join-${node}`);
        const first = ["bootstrap-recipe", `${name}-${node}-ready`];
        return [
          ...first.filter((one) => !step.dependencies.includes(find(graph, one).urn)),
          ...(waitsForScheduler(graph, step) ? [`${node}: waits for it`] : []),
        ];
      }),
    ];
  },
};

export const admitted: Rule = {
  name: "Grid Engine waits for the recipe, and only the acceptance and nodes that come later for it",
  check: (graph) => {
    const scheduler = graph.resources.find((one) => one.name === SCHEDULER);
    if (scheduler === undefined) return [];
    const recipe = find(graph, "bootstrap-recipe").urn;
    const waiting = graph.resources.filter(
      (one) => one.name === "bootstrap-acceptance" || one.type === ELASTIC_GROUP,
    );
    const behind = graph.resources.filter((one) => one.dependencies.includes(scheduler.urn));
    return [
      ...(scheduler.dependencies.includes(recipe) ? [] : [`${SCHEDULER} waits for no recipe`]),
      ...waiting
        .filter((one) => !waitsForScheduler(graph, one))
        .map((one) => `${one.name} does not wait for it`),
      ...behind
        .map((one) => one.name)
        .filter((one) => !/^(bootstrap-acceptance$|elastic-)/.test(one))
        .map((one) => `${one} waits`),
    ];
  },
};

function waitsForScheduler(graph: Graph, step: Registration): boolean {
  return [...ancestors(graph, step)].some((one) => one.name === SCHEDULER);
}

/** The node that a resource is about; undefined for the master and for what is about none. */
function nodeOf(graph: Graph, { name }: Registration): string | undefined {
  const { name: prefix, master, nodes } = cluster(graph);
  return nodes
    .filter((node) => node !== master)
    .find((node) =>
      [`${prefix}-${node}-ready`, `${prefix}-${node}-way`, `bootstrap-join-${node}`].includes(name),
    );
}

export const apart: Rule = {
  name: "nobody waits for a node but itself, and who is reached through it for the way",
  check: (graph) =>
    graph.resources.flatMap((resource) => {
      const own = nodeOf(graph, resource);
      const others = [...ancestors(graph, resource)].filter((one) => {
        const node = nodeOf(graph, one);
        return node !== undefined && node !== own && !one.name.endsWith("-way");
      });
      return others.map((one) => `${resource.name} waits for ${one.name}`);
    }),
};
