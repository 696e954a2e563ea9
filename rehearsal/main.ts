/** `npm run rehearse`: see `usage`. */
import { openHost, openNetwork, stopNetwork } from "./hosts/kept";
import { ensureDebianPackages, rehearsalPackages } from "./debianPackages";
import { checkPrerequisites } from "./prerequisites";
import { parseRequest, type Request, usage, UsageError } from "./run/arguments";
import { rehearse } from "./run/rehearse";

async function main(request: Request): Promise<number> {
  switch (request.kind) {
    case "help":
      console.log(usage);
      return 0;
    case "rehearse": {
      await checkPrerequisites();
      await ensureDebianPackages(rehearsalPackages, { log: console.log });
      await rehearse(request.options, interruption());
      return 0;
    }
    case "exec": {
      const { child } = openHost(request.stack, request.host).spawn(request.command);
      process.stdin.pipe(child.stdin ?? process.stdout);
      child.stdout?.pipe(process.stdout);
      child.stderr?.pipe(process.stderr);
      return new Promise((resolve) => child.once("close", (code) => resolve(code ?? 1)));
    }
    case "stop":
      await stopNetwork(openNetwork(request.stack));
      return 0;
    default: {
      const never: never = request;
      throw new Error(`unknown request ${JSON.stringify(never)}`);
    }
  }
}

/** Ctrl-C and an end from outside stop the engine first, then the hosts. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => controller.abort());
  return controller.signal;
}

try {
  main(parseRequest(process.argv.slice(2))).then(
    (code) => process.exit(code),
    (error: unknown) => {
      console.error(error instanceof Error ? error.message : String(error));
      process.exit(1);
    },
  );
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
