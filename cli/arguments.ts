import { UserError } from "./userError";

export const operations = ["up", "preview", "refresh", "destroy", "verify"] as const;
export type Operation = (typeof operations)[number];

export interface Invocation {
  readonly operation: Operation;
  readonly stack: string;
  /** Handed to Pulumi as they are. */
  readonly rest: readonly string[];
}

const usage = `npm run ${operations.join("|")} -- STACK [arguments of pulumi]`;

/** Understands `OPERATION STACK [arguments…]`. */
export function parseInvocation(args: readonly string[]): Invocation {
  const [given, stack, ...rest] = args;
  const operation = operations.find((name) => name === given);
  if (operation === undefined) throw new UserError(`not an operation: ${given ?? "none"}`, usage);
  if (stack === undefined || !/^[A-Za-z0-9_][A-Za-z0-9_.\-/]*$/.test(stack)) {
    const what = stack === undefined ? "no stack is named" : `not a stack's name: ${stack}`;
    throw new UserError(what, `npm run ${operation} -- STACK`);
  }
  if (rest.some((arg) => arg === "--stack" || arg === "-s" || arg.startsWith("--stack="))) {
    throw new UserError("the stack is named twice", `npm run ${operation} -- ${stack}`);
  }
  return { operation, stack, rest };
}

/** Takes a flag of ours out of the arguments that are for Pulumi. */
export function takeFlag(
  args: readonly string[],
  flag: string,
): { readonly given: boolean; readonly rest: readonly string[] } {
  return { given: args.includes(flag), rest: args.filter((arg) => arg !== flag) };
}

/** Whether Pulumi was told not to ask. */
export function isConfirmed(args: readonly string[]): boolean {
  return args.some((arg) => arg === "--yes" || arg === "-y" || arg === "--yes=true");
}
