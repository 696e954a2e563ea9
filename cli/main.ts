import { parseInvocation } from "./arguments";
import { deploy, destroy, refresh } from "./operations";
import { runToExit } from "./report";
import { openSession } from "./session";
import { verify } from "./verify";

/** `npm run up|preview|refresh|destroy|verify -- STACK [arguments of pulumi]`. */
async function main(args: readonly string[]): Promise<void> {
  const call = parseInvocation(args);
  const session = openSession(call.stack, { env: process.env, create: false });
  switch (call.operation) {
    case "up":
    case "preview":
      return deploy(session, call);
    case "refresh":
      return refresh(session, call);
    case "destroy":
      return destroy(session, call);
    case "verify":
      return verify(session, call);
  }
}

void runToExit(() => main(process.argv.slice(2)));
