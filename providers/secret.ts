import { randomInt } from "node:crypto";
import { lifecycle } from "./lifecycle/lifecycle";

/** A secret that is made once and kept. */
export interface GeneratedSecretInputs {
  /** Number of characters; a later change counts from the next rotation on. */
  readonly length: number;
  /** Another text here, and only that, makes another secret. */
  readonly rotation?: string;
}

export interface GeneratedSecretOutputs extends GeneratedSecretInputs {
  readonly value: string;
}

/** No other character: the settings files of datacube, antares and libpq each trip over some. */
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** Letters and digits, uniformly drawn from the system's random source. */
export function generateSecret(length: number): string {
  return Array.from({ length }, () => alphabet.charAt(randomInt(alphabet.length))).join("");
}

/** Engine-facing methods of `GeneratedSecret`. */
export const generatedSecret = lifecycle<GeneratedSecretInputs, GeneratedSecretOutputs>({
  what: "generated secret",
  inputs: ["rotation"],
  replaceOn: [{ input: "rotation" }],
  limitMs: () => 10_000,
  faults: ({ length }) =>
    Number.isInteger(length) && length >= 16 && length <= 128
      ? []
      : [{ property: "length", reason: "must be a whole number from 16 to 128" }],
  create: (inputs) =>
    Promise.resolve({
      id: "generated",
      outs: { ...inputs, value: generateSecret(inputs.length) },
    }),
  update: (olds, news) => Promise.resolve({ ...news, value: olds.value }),
  read: (olds) => Promise.resolve(olds),
});
