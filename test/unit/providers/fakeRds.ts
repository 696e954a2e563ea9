import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** A status, or AWS's refusal of what is asked. */
export type Scripted = string | { readonly refusal: string };

/** The least of RDS's Query protocol: answers by a script, and writes down what it was asked. */
export class FakeRds {
  /** Actions in order, with the server that they name. */
  readonly asked: string[] = [];
  /** Who signed, and for which region. */
  readonly signed: string[] = [];

  private constructor(
    private readonly server: Server,
    readonly endpoint: string,
    private readonly script: Scripted[],
  ) {}

  /** @param script statuses in order, the last one for ever; a refusal answers what changes something. */
  static async start(script: readonly Scripted[]): Promise<FakeRds> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const fake = new FakeRds(server, `http://127.0.0.1:${port}`, [...script]);
    server.on("request", (request: IncomingMessage, response) => {
      void text(request).then((body) => {
        const { code, xml } = fake.answer(new URLSearchParams(body), request);
        response.writeHead(code, { "content-type": "text/xml" }).end(xml);
      });
    });
    return fake;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private answer(query: URLSearchParams, { headers }: IncomingMessage): Answer {
    const action = query.get("Action") ?? "";
    this.asked.push(`${action} ${query.get("DBInstanceIdentifier")}`);
    const [, key, region] = /Credential=([^/]+)\/\d+\/([^/]+)\/rds\//.exec(
      headers.authorization ?? "",
    ) ?? ["", "nobody", "nowhere"];
    this.signed.push(`${key} ${region}`);
    const next = this.script[0];
    if (action !== "DescribeDBInstances") {
      if (typeof next !== "object") return { code: 200, xml: said(action, "") };
      this.script.shift();
      return refused("InvalidDBInstanceState", next.refusal);
    }
    if (typeof next !== "string") throw new Error("a refusal where a status is asked for");
    if (this.script.length > 1) this.script.shift();
    if (next === "absent") return refused("DBInstanceNotFound", "DBInstance not found");
    const one = `<DBInstance><DBInstanceStatus>${next}</DBInstanceStatus></DBInstance>`;
    return { code: 200, xml: said(action, `<DBInstances>${one}</DBInstances>`) };
  }
}

interface Answer {
  readonly code: number;
  readonly xml: string;
}

const said = (action: string, inner: string): string =>
  `<${action}Response xmlns="http://rds.amazonaws.com/doc/2014-10-31/">` +
  `<${action}Result>${inner}</${action}Result></${action}Response>`;

function refused(code: string, message: string): Answer {
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>`;
  return { code: 400, xml: `<ErrorResponse>${error}</ErrorResponse>` };
}
