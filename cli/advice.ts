import type { Operation } from "./arguments";

/** What a failed operation said that decides the next command. */
const known: readonly (readonly [RegExp, (stack: string) => string])[] = [
  [
    /stack is currently locked/,
    (stack) => `when that run has ended: pulumi cancel --stack ${stack}`,
  ],
  [
    /incorrect passphrase|passphrase must be set/,
    () => "export PULUMI_CONFIG_PASSPHRASE_FILE=FILE (the stack's own), then again",
  ],
  [
    /snapshot integrity failure|state file contains errors/,
    (stack) => `pulumi state repair --stack ${stack}, then the same command again`,
  ],
  [/no stack named/, (stack) => `pulumi stack init ${stack}`],
  [/npm run build/, () => "npm run build"],
];

/**
 * The one next command after a failed operation: by default the same again, it goes on there. After
 * a failed acceptance a refresh says what is gone, and which command repairs it.
 */
export function nextCommand(
  { operation, stack }: { operation: Operation; stack: string },
  stderr: string,
): string {
  const match = known.find(([pattern]) => pattern.test(stderr));
  if (match !== undefined) return match[1](stack);
  return `npm run ${operation === "verify" ? "refresh" : operation} -- ${stack}`;
}
