import { existsSync, readFileSync } from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import { createSecureContext, rootCertificates } from "node:tls";

/** An answer whose body is still to be read; every status is an answer. */
export interface UpstreamAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  /** Where the answer came from, after redirections. */
  readonly url: URL;
  readonly body: http.IncomingMessage;
}

export interface UpstreamRequest {
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** Silence that counts as failure; default 20 000. */
  readonly timeoutMs?: number;
}

const REDIRECTS = 5;
const ATTEMPTS = 3;
const SYSTEM_CAS = "/etc/ssl/certs/ca-certificates.crt";

/**
 * GET from a registry, following redirections; network errors and overload are tried three times.
 * Rejects with an error that names the address without credentials.
 */
export async function fetchUpstream(request: UpstreamRequest): Promise<UpstreamAnswer> {
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await follow(request);
      if (attempt === ATTEMPTS || !isPassing(answer.status)) return answer;
      answer.body.destroy();
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 300 * 2 ** attempt));
  }
}

/** An address as logs and errors may show it. */
export function withoutCredentials(url: URL): string {
  const shown = new URL(url);
  shown.username = "";
  shown.password = "";
  return shown.href;
}

async function follow(request: UpstreamRequest): Promise<UpstreamAnswer> {
  let url = request.url;
  for (let hop = 0; hop <= REDIRECTS; hop++) {
    // Credentials belong to the configured server, not to where it redirects.
    const auth = url.origin === request.url.origin ? basicAuth(request.url) : {};
    const body = await get({ ...request, url, headers: { ...request.headers, ...auth } });
    const status = body.statusCode ?? 0;
    const { location } = body.headers;
    if (![301, 302, 303, 307, 308].includes(status) || location === undefined) {
      return { status, headers: body.headers, url, body };
    }
    body.destroy();
    url = new URL(location, url);
  }
  throw new Error(`${withoutCredentials(request.url)}: more than ${REDIRECTS} redirections`);
}

function get(request: UpstreamRequest): Promise<http.IncomingMessage> {
  const { url, headers } = request;
  const timeoutMs = request.timeoutMs ?? 20_000;
  const options = { headers: { "accept-encoding": "identity", ...headers }, timeout: timeoutMs };
  return new Promise((resolve, reject) => {
    const shown = withoutCredentials(url);
    const fail = (error: Error): void => reject(new Error(`${shown}: ${error.message}`));
    const sent =
      url.protocol === "https:"
        ? https.get(url, { ...options, agent: agent() }, resolve)
        : http.get(url, options, resolve);
    // Also covers silence in the middle of a body, which then ends with this error.
    sent.on("timeout", () => sent.destroy(new Error(`silent for ${timeoutMs / 1000} s`)));
    sent.on("error", fail);
  });
}

function isPassing(status: number): boolean {
  return status === 429 || status >= 500;
}

function basicAuth(url: URL): Record<string, string> {
  if (url.username === "") return {};
  const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
}

let shared: https.Agent | undefined;

/**
 * Node trusts only its own authorities. A site whose machines trust one of their own (as apt and pip
 * do) must not have to tell Node separately.
 */
function agent(): https.Agent {
  const files = [process.env["NODE_EXTRA_CA_CERTS"] ?? "", SYSTEM_CAS];
  shared ??= new https.Agent({
    keepAlive: true,
    secureContext: createSecureContext({
      ca: [
        ...rootCertificates,
        ...files.filter((file) => existsSync(file)).map((file) => readFileSync(file, "utf8")),
      ],
    }),
  });
  return shared;
}
