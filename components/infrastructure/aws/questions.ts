import * as pulumi from "@pulumi/pulumi";
import type { AwsTarget } from "../../../config/awsModel";

/** What AWS is asked before anything is made; answered by faults of the configuration. */
export type Question = (
  target: AwsTarget,
  opts: pulumi.InvokeOptions,
) => Promise<readonly string[]>;

/**
 * The faults of all questions. One that AWS does not answer is warned of, each reason once: a preview by
 * a role of few rights must stay possible, and `up` finds out.
 */
export async function ask(
  { about, questions }: { readonly about: string; readonly questions: readonly Question[] },
  target: AwsTarget,
  opts: pulumi.InvokeOptions,
): Promise<readonly string[]> {
  const answers = await Promise.allSettled(questions.map((question) => question(target, opts)));
  const silent = answers.flatMap((one) =>
    one.status === "rejected" ? [reasonOf(one.reason)] : [],
  );
  for (const why of new Set(silent)) await pulumi.log.warn(`AWS does not say ${about}: ${why}`);
  return answers.flatMap((one) => (one.status === "fulfilled" ? one.value : []));
}

export function reasonOf(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}
