import type { Graph } from "./harness";
import type { Registration } from "./registration";

export function find(graph: Graph, name: string): Registration {
  const found = graph.resources.filter((resource) => resource.name === name);
  const [only] = found;
  if (only === undefined || found.length > 1) throw new Error(`${found.length} resources ${name}`);
  return only;
}

export const byUrn = (graph: Graph, urn: string | undefined): Registration | undefined =>
  graph.resources.find((resource) => resource.urn === urn);

/** Everything that a resource waits for, however far away. */
export function ancestors(graph: Graph, start: Registration): ReadonlySet<Registration> {
  const found = new Set<Registration>();
  const queue = [start];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    for (const urn of [...next.dependencies, next.parent, next.provider]) {
      const resource = byUrn(graph, urn);
      if (resource === undefined || found.has(resource)) continue;
      found.add(resource);
      queue.push(resource);
    }
  }
  return found;
}
