import { describeGiven, type Fault } from "../fault";
import { NAMESPACE, secretKeys, subjects } from "../keys";
import { propertyOf, type SecretKey, type Subject } from "../keys/key";
import type { Secrets } from "../model";
import type { RawConfig } from "../decode";
import { nearest } from "./nearest";
import type { Given } from "./reader";

/** The configuration taken apart: known objects with known properties, and secrets in clear. */
export interface Opened {
  /** By subject; a list answers one entry an item. Subjects that were not given are absent. */
  readonly subjects: ReadonlyMap<string, readonly Given[]>;
  readonly secrets: Secrets<string>;
}

const secretsByName = new Map<string, SecretKey>(secretKeys.map((row) => [row.name, row]));
const subjectsByName = new Map<string, Subject>(subjects.map((row) => [row.name, row]));
const plainPaths = subjects.flatMap((subject) => subject.keys.map((row) => row.path));
const topLevel = [...subjectsByName.keys(), ...secretsByName.keys()];

/** Splits the raw configuration; whatever no row of the key table knows becomes a fault. */
export function open(raw: RawConfig, faults: Fault[]): Opened {
  const opened = new Map<string, readonly Given[]>();
  const secrets: { -readonly [K in keyof Secrets<string>]: string } = {};
  for (const [name, text] of Object.entries(raw.values)) {
    const secret = secretsByName.get(name);
    const subject = subjectsByName.get(name);
    if (secret !== undefined) {
      if (isRightSecret(secret, { text, encrypted: raw.secretKeys.has(name), faults })) {
        secrets[secret.name] = text;
      }
    } else if (subject !== undefined) {
      const concealed = raw.secretKeys.has(name);
      if (concealed) faults.push(encryptedSetting(name));
      opened.set(name, openSubject(subject, { text, concealed, faults }));
    } else {
      faults.push(unknownKey(name));
    }
  }
  return { subjects: opened, secrets };
}

function isRightSecret(
  row: SecretKey,
  given: { readonly text: string; readonly encrypted: boolean; readonly faults: Fault[] },
): boolean {
  const path = `${NAMESPACE}:${row.name}`;
  const complaint = given.encrypted
    ? row.rule.inspect(given.text)
    : `an encrypted value, and this one is in clear: pulumi config set --secret ${path} ` +
      "(and change it where it is used if others could read the stack file)";
  if (complaint !== undefined) given.faults.push({ path, expected: complaint });
  return complaint === undefined;
}

function encryptedSetting(name: string): Fault {
  return {
    path: `${NAMESPACE}:${name}`,
    expected:
      "settings in clear: secrets are keys of their own " +
      `(${[...secretsByName.keys()].join(", ")}), none is inside ${name}`,
  };
}

function openSubject(
  subject: Subject,
  given: { readonly text: string; readonly concealed: boolean; readonly faults: Fault[] },
): readonly Given[] {
  const { text, concealed, faults } = given;
  const at = `${NAMESPACE}:${subject.name}`;
  if (subject.type === "string") {
    return [{ at, concealed, properties: new Map([[subject.name, text]]) }];
  }
  const parsed = parse(text);
  if (subject.type === "list") {
    return [{ at, concealed, properties: new Map([[subject.name, parsed ?? text]]) }];
  }
  if (subject.type === "object") {
    return openObject(subject, { at, concealed, faults, value: parsed });
  }
  if (!Array.isArray(parsed)) {
    faults.push({ path: at, expected: "a list" });
    return [];
  }
  return parsed.flatMap((value: unknown, index) =>
    openObject(subject, { at: `${at}[${index}]`, concealed, faults, value }),
  );
}

function openObject(
  subject: Subject,
  given: {
    readonly at: string;
    readonly concealed: boolean;
    readonly faults: Fault[];
    readonly value: unknown;
  },
): readonly Given[] {
  const { at, concealed, faults, value } = given;
  const names = subject.keys.map(propertyOf);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    // What was written instead is not repeated: a password typed at the wrong key would show.
    const kind = Array.isArray(value) ? { given: describeGiven(value) } : {};
    faults.push({ path: at, ...kind, expected: `an object with some of ${names.join(", ")}` });
    return [];
  }
  const properties = new Map<string, unknown>(Object.entries(value));
  for (const property of properties.keys()) {
    if (!names.includes(property)) faults.push(unknownProperty(subject, { at, property }));
  }
  return [{ at, concealed, properties }];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const LOOKS_SECRET = /passw|secret|private|token|licen[cs]e|credential/i;

function unknownProperty(
  subject: Subject,
  place: { readonly at: string; readonly property: string },
): Fault {
  const { at, property } = place;
  const path = `${at}.${shorten(property)}`;
  if (LOOKS_SECRET.test(property)) return secretInside(subject.name, { path, property });
  const names = subject.keys.map(propertyOf);
  const closest = nearest(property, names);
  if (closest !== undefined) {
    return { path, expected: "a known property", nearest: `${at}.${closest}` };
  }
  return { path, expected: `a known property (one of ${names.join(", ")})` };
}

function secretInside(
  subject: string,
  place: { readonly path: string; readonly property: string },
): Fault {
  const names = [...secretsByName.keys()];
  const name = nearest(subject + place.property, names) ?? nearest(place.property, names);
  const command = `pulumi config set --secret ${NAMESPACE}:${name ?? "NAME"}`;
  const expected = `no secret inside an object: each is a top-level key of its own (${command})`;
  return {
    path: place.path,
    expected,
    ...(name !== undefined && { nearest: `${NAMESPACE}:${name}` }),
  };
}

// The value of an unknown key is never shown: it may be a secret under a mistyped name.
function unknownKey(name: string): Fault {
  const path = `${NAMESPACE}:${shorten(name)}`;
  const subject = subjectsByName.get(name.split(/[.[]/, 1)[0] ?? "");
  if (subject !== undefined && subject.type !== "string") {
    const closest = nearest(name, plainPaths);
    const kind = subject.type === "object" ? "object" : "list";
    const expected =
      `no key with a dot or bracket: ${NAMESPACE}:${subject.name} is one ${kind} in the stack file ` +
      `(pulumi config set --path '${path}' VALUE writes it so)`;
    const known = closest === undefined || closest === name;
    return { path, expected, ...(!known && { nearest: `${NAMESPACE}:${closest}` }) };
  }
  const closest = nearest(name, [...topLevel, ...plainPaths]);
  if (closest !== undefined) {
    return { path, expected: "a known key", nearest: `${NAMESPACE}:${closest}` };
  }
  return { path, expected: `a known key (one of ${topLevel.join(", ")})` };
}

/** A name that the operator wrote, fit for one line of a terminal. */
function shorten(name: string): string {
  const visible = name.replace(/[^\x20-\x7e]/g, "?");
  return visible.length <= 80 ? visible : `${visible.slice(0, 80)}…`;
}
