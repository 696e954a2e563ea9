/** What a suite cannot run without. Debian packages are installed where that is possible. */
export type Need = "root" | "debian12" | "shellcheck" | "python" | "packages" | "engine";

/** One row of the test run. */
export interface Suite {
  readonly name: string;
  /** What proves what, for the person who reads the progress. */
  readonly about: string;
  /** Folder below `test/` with `*.test.ts` files; or an npm script that counts as one test. */
  readonly runs: { readonly folder: string } | { readonly script: string };
  readonly needs: readonly Need[];
  /** After this many minutes the suite is ended and counted as failed. */
  readonly limitMinutes: number;
  /** Which of our commands run it. */
  readonly commands: readonly TestCommand[];
}

/** `test`: all but the long fault runs. `unit`: only Node. `chaos`: every fault. */
export type TestCommand = "test" | "unit" | "chaos";

export const testCommands: readonly TestCommand[] = ["test", "unit", "chaos"];

const machine: readonly Need[] = ["root", "debian12", "packages"];

/** All suites, in the order in which they run: the quick ones that need least come first. */
export const suites: readonly Suite[] = [
  {
    name: "unit",
    about: "modules alone",
    runs: { folder: "unit" },
    needs: [],
    limitMinutes: 10,
    commands: ["test", "unit"],
  },
  {
    name: "graph",
    about: "the resource graph under mocks, against the golden files",
    runs: { folder: "graph" },
    needs: [],
    limitMinutes: 10,
    commands: ["test", "unit"],
  },
  {
    name: "lint",
    about: "eslint, prettier, shellcheck",
    runs: { script: "lint" },
    needs: ["shellcheck"],
    limitMinutes: 10,
    commands: ["test"],
  },
  {
    name: "cloudFormation",
    about: "what is made on AWS, against AWS's own schemas (cfn-lint)",
    runs: { folder: "cloudFormation" },
    needs: ["python"],
    limitMinutes: 10,
    commands: ["test"],
  },
  {
    name: "scripts",
    about: "the shell scripts of the phases on this machine's shell",
    runs: { folder: "scripts" },
    needs: machine,
    limitMinutes: 10,
    commands: ["test"],
  },
  {
    name: "providers",
    about: "dynamic providers on a real PostgreSQL and sshd",
    runs: { folder: "providers" },
    needs: machine,
    limitMinutes: 10,
    commands: ["test"],
  },
  {
    name: "plugins",
    about: "the table of behaviours, on the stand-ins and on official plugins",
    runs: { folder: "plugins" },
    needs: [...machine, "engine"],
    limitMinutes: 15,
    commands: ["test"],
  },
  {
    name: "antares",
    about: "the contract of the antares command",
    runs: { folder: "antares" },
    needs: machine,
    limitMinutes: 15,
    commands: ["test"],
  },
  {
    name: "cluster",
    about: "Grid Engine, its reconciler and the nodes' agents on throw-away hosts",
    runs: { folder: "cluster" },
    needs: machine,
    limitMinutes: 15,
    commands: ["test"],
  },
  {
    name: "rehearsal",
    about: "the whole program on throw-away hosts, one seeded case of each fault",
    runs: { folder: "rehearsal" },
    needs: [...machine, "engine"],
    limitMinutes: 58,
    commands: ["test"],
  },
  {
    name: "chaos",
    about: "every fault in every phase",
    runs: { folder: "chaos" },
    needs: [...machine, "engine"],
    limitMinutes: 120,
    commands: ["chaos"],
  },
];
