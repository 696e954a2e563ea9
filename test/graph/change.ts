import { find } from "./find";
import type { Graph } from "./harness";
import type { Registration } from "./registration";

/** What is different in a resource, to show that a rule finds it. */
export type Change = (of: Registration) => Partial<Registration>;

export const input =
  (key: string, value: unknown): Change =>
  ({ inputs }) => ({ inputs: { ...inputs, [key]: value } });

export const option =
  (key: string, value: unknown): Change =>
  ({ options }) => ({ options: { ...options, [key]: value } });

/** The graph with one resource changed. */
export function change(graph: Graph, name: string, by: Change): Graph {
  const target = find(graph, name);
  const resources = graph.resources.map((one) => (one === target ? { ...one, ...by(one) } : one));
  return { ...graph, resources };
}
