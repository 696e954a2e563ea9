const secretNames = new Set(["password", "privateKey", "value"]);
const bugs = [TypeError, RangeError, ReferenceError, SyntaxError];

/**
 * The error that the operator gets to see: always an `Error` (the host process turns anything else
 * into "undefined"), without any of the secrets found in `around`, and with a stack only where the
 * stack is of use, which is for mistakes in this program.
 */
export function presentable(thrown: unknown, around: readonly unknown[]): Error {
  const hide = redactor(around);
  if (!(thrown instanceof Error)) return withStack(new Error(hide(String(thrown))), "");
  const error = new Error(hide(thrown.message));
  error.name = thrown.name;
  const isBug = bugs.some((kind) => thrown.constructor === kind);
  return withStack(error, isBug ? hide(thrown.stack ?? "") : "");
}

function withStack(error: Error, stack: string): Error {
  error.stack = stack;
  return error;
}

/** Replaces every secret found in the given values (by the names of their keys) with a marker. */
export function redactor(around: readonly unknown[]): (text: string) => string {
  const secrets = around.flatMap((value) => secretsOf(value, ""));
  // Longest first, so that a secret that is part of another one does not leave the rest behind.
  secrets.sort((a, b) => b.length - a.length);
  return (text) => secrets.reduce((shown, secret) => shown.replaceAll(secret, "[secret]"), text);
}

function secretsOf(value: unknown, name: string): string[] {
  if (typeof value === "string") return secretNames.has(name) ? parts(value) : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => secretsOf(inner, key));
}

/** A key text may be quoted line by line; a word of three letters would blacken ordinary text. */
function parts(secret: string): string[] {
  const lines = secret.split("\n").filter((line) => line.length >= 20 && !line.startsWith("-----"));
  return [secret, ...lines].filter((part) => part.length > 3);
}
