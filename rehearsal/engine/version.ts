/** The Pulumi CLI that is installed or built where the machine has none, without the leading `v`. */
export const pinnedVersion = "3.259.0";

/** The oldest CLI that runs this project: `requiredPulumiVersion` in Pulumi.yaml says the same. */
export const minimumVersion = "3.220.0";

/** The oldest Go that compiles the pinned CLI: `go` in rehearsal/engine/cli/go.mod says the same. */
export const minimumGo = "1.26";

/**
 * The first dotted number in what a tool says of itself (`v3.259.0`, `go version go1.26.8 …`);
 * undefined where there is none.
 */
export function findVersion(text: string): string | undefined {
  return /\d+\.\d+(?:\.\d+)?/.exec(text)?.[0];
}

/** Whether a dotted number is not below another; missing parts count as zero. */
export function atLeast(version: string, minimum: string): boolean {
  const have = numbers(version);
  const want = numbers(minimum);
  for (const [i, wanted] of want.entries()) {
    const own = have[i] ?? 0;
    if (own !== wanted) return own > wanted;
  }
  return true;
}

function numbers(version: string): readonly number[] {
  return version.split(".").map((part) => Number.parseInt(part, 10));
}
