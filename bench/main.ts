/** `npm run bench`: see `usage`. */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { cluster } from "./cluster";
import type { Comparison } from "./measure";
import { met } from "./measure";
import { noop } from "./noop";
import { phases } from "./phases";
import { program } from "./program";
import { document, line, type Results, table } from "./report";
import { wheelhouse } from "./wheelhouse";

/** One bench: does its measurements and cleans up behind itself. */
export type Bench = (context: BenchContext) => Promise<readonly Comparison[]>;

export interface BenchContext {
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
  /** Sizes of the clusters that are compared, smallest first. */
  readonly nodes: readonly number[];
}

const BENCHES: Readonly<Record<string, Bench>> = { program, noop, phases, wheelhouse, cluster };

const usage = `usage: npm run bench [-- NAME… [--nodes N,N…] [--json FILE] [--strict]]

Compares this program with the plain way to the same end, in one run on one machine; only ratios
count. NAME is ${Object.keys(BENCHES).join(", ")}; all of them when none is given. All but \`program\`
need what \`npm run rehearse\` needs; \`cluster\` also installs Debian's ansible-core where it is missing.

  --nodes N,N…  sizes of the clusters of \`cluster\` (1,4,16)
  --json FILE   write every single time as JSON
  --strict      exit with 1 when a target is missed
`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: "string" },
      nodes: { type: "string", default: "1,4,16" },
      strict: { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  if (values.help === true) {
    console.log(usage);
    return 0;
  }
  const results = await runAll(positionals.length === 0 ? Object.keys(BENCHES) : positionals, {
    nodes: sizes(values.nodes),
    // After each bench: what took minutes to measure outlives a later failure.
    done: (sofar) => {
      if (values.json !== undefined) writeFileSync(values.json, document(sofar));
    },
  });
  console.log(`\n${table(results)}`);
  const missed = Object.values(results)
    .flat()
    .some((each) => met(each) === false);
  return values.strict === true && missed ? 1 : 0;
}

/** One more than the largest still gets an address. */
function sizes(text: string): readonly number[] {
  const found = text.split(",").map(Number);
  if (found.some((n) => !Number.isInteger(n) || n < 1 || n > 200))
    throw new Error(`--nodes takes numbers from 1 to 200, as 1,4,16: ${text}\n\n${usage}`);
  return found.sort((a, b) => a - b);
}

async function runAll(
  names: readonly string[],
  watch: { readonly nodes: readonly number[]; readonly done: (sofar: Results) => void },
): Promise<Results> {
  const chosen = names.map((name) => {
    const bench = BENCHES[name];
    if (bench === undefined) throw new Error(`there is no bench ${name}\n\n${usage}`);
    return { name, bench };
  });
  const results: Record<string, readonly Comparison[]> = {};
  const signal = interruption();
  for (const { name, bench } of chosen) {
    const log = (line: string): void => console.log(`${name}: ${line}`);
    const found = await bench({ log, signal, nodes: watch.nodes });
    results[name] = found;
    for (const each of found) log(line(each));
    watch.done(results);
  }
  return results;
}

/** Ctrl-C ends the bench after the run that is going on, and what it made is removed. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => controller.abort(new Error("interrupted")));
  return controller.signal;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(2);
  },
);
