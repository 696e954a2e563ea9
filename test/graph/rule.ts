import type { Graph } from "./harness";
import type { Registration } from "./registration";

/** A rule that every graph of the program keeps; says what is wrong, nothing where all is right. */
export interface Rule {
  readonly name: string;
  check(graph: Graph): string[];
}

export type Judge = (resource: Registration, graph: Graph) => boolean;

/** A rule over single resources: `of` chooses them, `holds` judges. */
export function each(name: string, of: Judge, holds: Judge): Rule {
  return {
    name,
    check: (graph) =>
      graph.resources
        .filter((resource) => of(resource, graph) && !holds(resource, graph))
        .map((resource) => resource.name),
  };
}
