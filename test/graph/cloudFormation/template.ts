import { isRecord, isSecret } from "../answers";
import type { Graph } from "../harness";
import { isAws } from "../awsAnswers";
import type { Registration } from "../registration";
import { capital, capitals, tagList } from "./forms";
import { linked, type Reference, referencesIn } from "./references";
import type { Properties, Row } from "./row";
import { rows } from "./rows";

/** A template of CloudFormation. */
export interface Template {
  readonly AWSTemplateFormatVersion: "2010-09-09";
  readonly Resources: Readonly<Record<string, Resource>>;
}

interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
  /** As the linter asks of what would hold data. */
  readonly DeletionPolicy?: "Retain";
  readonly UpdateReplacePolicy?: "Retain";
}

/** Name of a resource in a template, which takes letters and digits only. */
const logicalId = (name: string): string =>
  name.replace(/(?:^|-)([a-z0-9])/g, (_, first: string) => first.toUpperCase());

/** Our types of a graph that the table does not know. */
export const unknownTypes = ({ resources }: Graph): string[] => [
  ...new Set(madeOnAws(resources).flatMap(({ type }) => (type in rows ? [] : [type]))),
];

const madeOnAws = (resources: readonly Registration[]): Registration[] =>
  resources.filter(({ type }) => isAws(type) && !type.startsWith("pulumi:"));

/**
 * What a graph makes on AWS, as a template. The graph is that of an `up`: in a preview nothing refers to
 * anything. @throws Error for a type without a row, and for a reference that leads nowhere.
 */
export function templateOf({ resources }: Graph): Template {
  const made = madeOnAws(resources);
  const found: Record<string, Resource> = {};
  const parts: (() => void)[] = [];
  for (const one of made) {
    const row = rows[one.type];
    if (row === undefined) throw new Error(`${one.type} has no row (rows.ts): ${one.name}`);
    if ("absent" in row) continue;
    const properties = propertiesOf(one, { row, made });
    const { part } = row;
    if (part === undefined) found[ownerId(one)] = resourceOf(one, { row, properties });
    else parts.push(() => mergeInto(found[ownerId(one)], { part, properties }));
  }
  for (const merge of parts) merge();
  return { AWSTemplateFormatVersion: "2010-09-09", Resources: found };
}

/** As the plugin makes names unique. */
const SUFFIX = "-0a1b2c3";

function resourceOf(
  { options }: Registration,
  { row, properties }: { readonly row: Row; readonly properties: Properties },
): Resource {
  const kept = { DeletionPolicy: "Retain", UpdateReplacePolicy: "Retain" } as const;
  const own = { Type: row.type, Properties: { ...properties } };
  return options["protect"] === true ? { ...own, ...kept } : own;
}

/** The resource there that a resource of ours is, or is part of. */
export function ownerId({ type, name, inputs }: Registration): string {
  const row = rows[type];
  const part = row === undefined || "absent" in row ? undefined : row.part;
  if (part === undefined) return logicalId(name);
  const [owner] = referencesIn(String(inputs[part.of]));
  if (owner === undefined) throw new Error(`${name} refers to nothing by ${part.of}`);
  return logicalId(owner.of);
}

function mergeInto(
  owner: Resource | undefined,
  {
    part,
    properties,
  }: { readonly part: NonNullable<Row["part"]>; readonly properties: Properties },
): void {
  if (owner === undefined) throw new Error(`what ${part.of} refers to is not in the template`);
  const added = part.under === undefined ? properties : { [part.under]: properties };
  const twice = Object.keys(added).filter((key) => key in owner.Properties);
  if (twice.length > 0) throw new Error(`${twice.join(", ")} of ${owner.Type} is given twice`);
  Object.assign(owner.Properties, added);
}

function propertiesOf(
  { name, inputs }: Registration,
  { row, made }: { readonly row: Row; readonly made: readonly Registration[] },
): Properties {
  const attribute = (reference: Reference): string => attributeOf(reference, made);
  const link = (value: unknown): unknown => linkedDeep(value, attribute);
  const entries = Object.entries(inputs)
    .filter(([key, value]) => value !== undefined && !isLeftOut(key, row))
    .flatMap(([key, given]) => {
      const value = opened(given);
      const form = row.forms?.[key] ?? FORMS[key];
      return Object.entries(
        form === undefined
          ? { [capital(key, row.names)]: capitals(value, row.names) }
          : form(value),
      );
    });
  const named = row.named === undefined ? {} : { [row.named]: `${name}${SUFFIX}` };
  const all = merged(entries).map(([key, value]) => [key, link(value)]);
  return { ...named, ...Object.fromEntries(all) };
}

const isLeftOut = (key: string, { part, without }: Row): boolean =>
  key === part?.of || without?.[key] !== undefined;

/** Forms of several inputs may make one property together. */
function merged(entries: readonly (readonly [string, unknown])[]): [string, unknown][] {
  const found = new Map<string, unknown>();
  for (const [key, value] of entries) {
    const before = found.get(key);
    const [first, second]: unknown[] = [before, value].map((one) =>
      Array.isArray(one) ? one[0] : one,
    );
    const isJoined = isRecord(first) && isRecord(second);
    const joined = isJoined ? { ...first, ...second } : value;
    found.set(key, isJoined && Array.isArray(value) ? [joined] : joined);
  }
  return [...found];
}

/** The forms that are the same for every type. */
const FORMS: NonNullable<Row["forms"]> = {
  tags: (tags) => ({ Tags: tagList(tags) }),
  policy: (text) => ({ PolicyDocument: JSON.parse(String(text)) }),
  assumeRolePolicy: (text) => ({ AssumeRolePolicyDocument: JSON.parse(String(text)) }),
};

function linkedDeep(value: unknown, attribute: (reference: Reference) => string): unknown {
  if (typeof value === "string") return linked(value, attribute);
  if (Array.isArray(value)) return value.map((one) => linkedDeep(one, attribute));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, linkedDeep(inner, attribute)]),
  );
}

function attributeOf({ output, of }: Reference, made: readonly Registration[]): string {
  const type = made.find(({ name }) => name === of)?.type ?? "";
  const row = rows[type];
  if (row === undefined || "absent" in row) throw new Error(`nothing is called ${of}`);
  const attribute = row.attributes?.[output];
  if (attribute !== undefined) return `${logicalId(of)}.${attribute}`;
  if (["id", "identifier", "name"].includes(output)) return logicalId(of);
  throw new Error(`${row.type} has no attribute for ${output}, which ${of} is asked for`);
}

function opened(value: unknown): unknown {
  if (isSecret(value)) return opened(value["value"]);
  if (Array.isArray(value)) return value.map(opened);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, opened(inner)]));
}
