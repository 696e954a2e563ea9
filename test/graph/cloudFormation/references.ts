/** What the mocks answer instead of what AWS gives (../awsAnswers.ts): which output, of whom. */
const MARKS =
  /(?:\b(id|identifier|name|allocation|private-ip|public-ip|dns|address)-of-|arn:aws:service:region:123456789012:)([a-z0-9-]+)/g;

/** Something of a resource that AWS gives it. */
export interface Reference {
  /** `id`, `arn`, `name` and so on. */
  readonly output: string;
  /** Name of the resource. */
  readonly of: string;
}

/** Every resource that a text refers to. */
export function referencesIn(text: string): Reference[] {
  return [...text.matchAll(MARKS)].map(([, output = "arn", of = ""]) => ({ output, of }));
}

/**
 * A text as CloudFormation refers to resources: a reference alone, or text with references inside.
 * `attribute` answers `LOGICAL` or `LOGICAL.ATTRIBUTE`.
 */
export function linked(text: string, attribute: (reference: Reference) => string): unknown {
  const found = referencesIn(text);
  const [only] = found;
  if (only === undefined) return text;
  if (text.replace(MARKS, "") === "") {
    const [logical, ...path] = attribute(only).split(".");
    return path.length === 0 ? { Ref: logical } : { "Fn::GetAtt": [logical, path.join(".")] };
  }
  const resolved = found.map((one) => `\${${attribute(one)}}`);
  const escaped = text.replaceAll("${", "${!");
  return { "Fn::Sub": escaped.replace(MARKS, () => resolved.shift() ?? "") };
}
