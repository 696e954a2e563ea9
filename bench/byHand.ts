import type { ThrowAwayHost } from "../rehearsal/hosts/host";
import type { Deployed } from "./state";

const LIMIT_MS = 900_000;

/** Runs a text by `bash -s` in the host, timed there; its result is thrown away. */
export async function byHand(host: ThrowAwayHost, text: string): Promise<number> {
  const done = await host.exec(["bash", "-c", "TIMEFORMAT=%3R; time bash -s >/dev/null"], {
    input: text,
    timeoutMs: LIMIT_MS,
  });
  if (done.code !== 0) throw new Error(`by hand: exit code ${done.code}\n${done.stderr}`);
  return Number(done.stderr.trim().split("\n").at(-1));
}

/** The database phase as an administrator would type it. */
export function databaseByHand({ name, role, password }: Deployed["database"]): string {
  return `runuser -u postgres -- psql -XAtq -v ON_ERROR_STOP=1 -p 5433 <<'SQL'
CREATE ROLE ${role} LOGIN PASSWORD '${password}';
CREATE DATABASE ${name} OWNER ${role};
\\c ${name}
CREATE EXTENSION postgis;
SQL
`;
}
