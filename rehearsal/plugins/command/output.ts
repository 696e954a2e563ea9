import type { CallContext } from "../standIn";

/** Longest line that the plugin can log; on a longer one it stops reading and hangs for ever. */
const longestLine = 64 * 1024;

export interface Collected {
  /** Without one trailing line feed. */
  readonly stdout: string;
  readonly stderr: string;
  /** Both as they came in, for the error text. */
  readonly both: string;
}

/** Gathers what a command writes and logs it line by line as it comes. */
export class OutputCollector {
  private readonly chunks: { stream: "stdout" | "stderr"; data: Buffer }[] = [];
  private pending = "";
  /** Set where the plugin that this stands for would hang. */
  fault: Error | undefined;

  constructor(
    private readonly logging: string | undefined,
    private readonly context: CallContext,
  ) {}

  add(stream: "stdout" | "stderr", data: Buffer): void {
    this.chunks.push({ stream, data });
    if (this.fault === undefined && this.logs(stream)) this.logLines(data.toString("utf8"));
  }

  /** Logs the last line and gives everything back. */
  end(): Collected {
    if (this.pending !== "") this.context.log("info", this.pending, "status");
    this.pending = "";
    const text = (streams: readonly string[]): string => {
      const own = this.chunks.filter((chunk) => streams.includes(chunk.stream));
      return Buffer.concat(own.map((chunk) => chunk.data)).toString("utf8");
    };
    const trimmed = (stream: string): string => text([stream]).replace(/\n$/, "");
    return {
      stdout: trimmed("stdout"),
      stderr: trimmed("stderr"),
      both: text(["stdout", "stderr"]),
    };
  }

  private logs(stream: string): boolean {
    const logging = this.logging ?? "stdoutAndStderr";
    return logging === "stdoutAndStderr" || logging === stream;
  }

  private logLines(text: string): void {
    const lines = `${this.pending}${text}`.split("\n");
    this.pending = lines.pop() ?? "";
    for (const line of lines) this.context.log("info", line.replace(/\r$/, ""), "status");
    if ([...lines, this.pending].some((line) => Buffer.byteLength(line) >= longestLine)) {
      this.pending = "";
      this.fault = new Error(
        `a line of the output is longer than ${longestLine} bytes: with this \`logging\` the ` +
          'plugin would hang here for ever; set logging to "none"',
      );
    }
  }
}

/** The plugin's error text: how it ended, the command, all that it wrote. */
export function failure(how: string, command: string, both: string): Error {
  return new Error(`${how}: running ${goQuote(command)}:\n${both}`);
}

const escapes: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  '"': '\\"',
  "\x07": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
};

/** Text between double quotes as Go's `%q` writes it. */
export function goQuote(text: string): string {
  const inner = text.replace(/[\\"\p{C}\p{Zl}\p{Zp}]/gu, (char) => {
    const code = char.codePointAt(0) ?? 0;
    const hex = (digits: number): string => code.toString(16).padStart(digits, "0");
    if (code < 0x80) return escapes[char] ?? `\\x${hex(2)}`;
    return code > 0xffff ? `\\U${hex(8)}` : `\\u${hex(4)}`;
  });
  return `"${inner}"`;
}
