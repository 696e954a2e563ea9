import * as fc from "fast-check";
import type { Given, GivenSecrets } from "../configuration";

/** One configuration that the door takes, with every secret that it needs. */
export interface Case {
  readonly given: Given;
  readonly secrets: GivenSecrets;
  readonly preview: boolean;
}

/** A secret that is unmistakable wherever it turns up. */
export const mark = (name: string): fc.Arbitrary<string> =>
  fc.stringMatching(/^[a-z0-9]{12}$/).map((text) => `given-${name}-${text}`);

export const postgis = fc.constantFrom("minimal", "full");
