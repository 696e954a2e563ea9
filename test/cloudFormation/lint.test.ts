import assert from "node:assert/strict";
import { rows } from "../graph/cloudFormation/rows";
import type { Row } from "../graph/cloudFormation/row";
import { REGION, stacks } from "../graph/cloudFormation/stacks";
import { ownerId, type Template, templateOf } from "../graph/cloudFormation/template";
import { type Graph, runProgram } from "../graph/harness";
import type { Registration } from "../graph/registration";
import { type Finding, lint, linterPython } from "./linter";
import { suppressed } from "./suppressed";

type Stack = keyof typeof stacks;
const names: readonly Stack[] = ["dev", "prod", "choices"];

const rowsOfThere = Object.entries(rows).flatMap(([type, row]): (readonly [string, Row])[] =>
  "absent" in row ? [] : [[type, row]],
);

describe("what is made on AWS, for the linter of CloudFormation", () => {
  const graphs = new Map<Stack, Graph>();
  let found: ReadonlyMap<string, readonly Finding[]> = new Map();

  /** The first resource of a type, and a stack that has one. */
  function example(type: string): { readonly graph: Graph; readonly resource: Registration } {
    for (const graph of graphs.values()) {
      const resource = graph.resources.find((one) => one.type === type);
      if (resource !== undefined) return { graph, resource };
    }
    return assert.fail(`no stack makes ${type}`);
  }

  /** A stack whose first resource of the row's type has the row's wrong inputs. */
  function spoiled(type: string, { wrong }: Row): Template {
    const { graph, resource } = example(type);
    const resources = graph.resources.map((one) =>
      one === resource ? { ...one, inputs: { ...one.inputs, ...wrong.inputs } } : one,
    );
    return templateOf({ ...graph, resources });
  }

  // One run of the linter for all: its start takes longer than a template.
  before(async function () {
    this.timeout(600_000);
    const templates = new Map<string, Template>();
    for (const name of names) {
      const graph = await runProgram({ config: stacks[name], preview: false });
      graphs.set(name, graph);
      templates.set(name, templateOf(graph));
    }
    for (const [type, row] of rowsOfThere) templates.set(type, spoiled(type, row));
    found = await lint(await linterPython(), { templates, region: REGION });
  });

  const lines = (of: string, wanted: (finding: Finding) => boolean): string[] =>
    (found.get(of) ?? assert.fail(`${of} was not linted`))
      .filter(wanted)
      .map(({ rule, resource, message }) => `${rule} ${resource}: ${message}`);

  for (const name of names) {
    it(`is in order in ${name}`, () => {
      assert.deepEqual(
        lines(name, ({ rule }) => !(rule in suppressed)),
        [],
      );
    });
  }

  for (const [type, row] of rowsOfThere) {
    it(`is not in order where ${type} has ${Object.keys(row.wrong.inputs).join(", ")} wrong`, () => {
      const owner = ownerId(example(type).resource);
      assert.ok(!(row.wrong.rule in suppressed));
      const right = lines(type, ({ rule, resource }) => {
        return rule === row.wrong.rule && resource === owner;
      });
      assert.equal(right.length > 0, true, lines(type, () => true).join("\n"));
      // Nothing else is said of any other resource.
      const others = lines(type, (one) => one.resource !== owner && !(one.rule in suppressed));
      assert.deepEqual(others, []);
    });
  }

  it("suppresses only rules that would speak", () => {
    const said = names.flatMap((name) => (found.get(name) ?? []).map(({ rule }) => rule));
    assert.deepEqual(
      Object.keys(suppressed).filter((rule) => !said.includes(rule)),
      [],
    );
  });
});
