import { createInterface } from "node:readline/promises";
import { UserError } from "./userError";

/** Asks on the terminal; true when the answer is exactly `expected`. */
export async function confirm(question: string, expected: string): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new UserError("this needs a confirmation, and there is no terminal to ask", "add --yes");
  }
  const asked = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await asked.question(`${question} `)).trim() === expected;
  } finally {
    asked.close();
  }
}
