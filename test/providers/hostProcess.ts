import { spawn, type ChildProcess } from "node:child_process";
import { createInterface, type Interface } from "node:readline";
import { credentials, Metadata } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as pb from "@pulumi/pulumi/proto/provider_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { projectRoot } from "../../config/root";
import { endProcesses } from "../fixtures/processes";

/** Properties of a resource as they go over the wire. */
export type Wire = Record<string, JavaScriptValue>;

/** No single call takes longer in these tests. */
const limitMs = 60_000;

/**
 * The SDK's own process for dynamic providers, spoken to as the engine does. It shows what a test of
 * the plain module cannot: what survives the serialization and the wire.
 */
export class HostProcess {
  /** Lines that it printed; the engine shows them among the diagnostics of the stack. */
  readonly printed: string[] = [];
  /** The same of what it complained of. */
  readonly complained: string[] = [];

  private constructor(
    private readonly child: ChildProcess,
    private readonly client: ResourceProviderClient,
  ) {}

  /** Starts it in the program's folder, as the engine does. */
  static async start(env: NodeJS.ProcessEnv = {}): Promise<HostProcess> {
    const main = require.resolve("@pulumi/pulumi/cmd/dynamic-provider");
    const child = spawn(process.execPath, [main, "127.0.0.1:1"], {
      cwd: projectRoot,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const lines = createInterface(child.stdout);
    const port = await firstLine(child, lines);
    const client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
    const host = new HostProcess(child, client);
    lines.on("line", (line) => host.printed.push(line));
    createInterface(child.stderr).on("line", (line) => host.complained.push(line));
    return host;
  }

  async check(olds: Wire, news: Wire): Promise<{ inputs: Wire; failures: string[] }> {
    const request = new pb.CheckRequest().setOlds(struct(olds)).setNews(struct(news));
    const answer = await call<pb.CheckResponse>((done) =>
      this.client.check(request, new Metadata(), deadline(), done),
    );
    const failures = answer.getFailuresList().map((f) => `${f.getProperty()}: ${f.getReason()}`);
    return { inputs: properties(answer.getInputs()), failures };
  }

  async diff(olds: Wire, news: Wire): Promise<{ changes: boolean; replaces: string[] }> {
    const request = new pb.DiffRequest().setId("id").setOlds(struct(olds)).setNews(struct(news));
    const answer = await call<pb.DiffResponse>((done) =>
      this.client.diff(request, new Metadata(), deadline(), done),
    );
    const changes = answer.getChanges() === pb.DiffResponse.DiffChanges.DIFF_SOME;
    return { changes, replaces: answer.getReplacesList() };
  }

  async create(inputs: Wire): Promise<{ id: string; outs: Wire }> {
    const request = new pb.CreateRequest().setProperties(struct(inputs));
    const answer = await call<pb.CreateResponse>((done) =>
      this.client.create(request, new Metadata(), deadline(), done),
    );
    return { id: answer.getId(), outs: properties(answer.getProperties()) };
  }

  async update(olds: Wire, news: Wire): Promise<Wire> {
    const request = new pb.UpdateRequest().setId("id").setOlds(struct(olds)).setNews(struct(news));
    const answer = await call<pb.UpdateResponse>((done) =>
      this.client.update(request, new Metadata(), deadline(), done),
    );
    return properties(answer.getProperties());
  }

  async read(id: string, olds: Wire): Promise<{ id: string; props: Wire }> {
    const request = new pb.ReadRequest().setId(id).setProperties(struct(olds));
    const answer = await call<pb.ReadResponse>((done) =>
      this.client.read(request, new Metadata(), deadline(), done),
    );
    return { id: answer.getId(), props: properties(answer.getProperties()) };
  }

  async delete(olds: Wire): Promise<void> {
    const request = new pb.DeleteRequest().setId("id").setProperties(struct(olds));
    await call((done) => this.client.delete(request, new Metadata(), deadline(), done));
  }

  async stop(): Promise<void> {
    this.client.close();
    if (this.child.pid !== undefined) await endProcesses([this.child.pid]);
  }
}

function struct(wire: Wire): Struct {
  return Struct.fromJavaScript(wire);
}

function properties(value: Struct | undefined): Wire {
  return value?.toJavaScript() ?? {};
}

function deadline(): { deadline: number } {
  return { deadline: Date.now() + limitMs };
}

type Done<T> = (error: Error | null, response: T) => void;

function call<T>(start: (done: Done<T>) => unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, response) => (error === null ? resolve(response) : reject(error)));
  });
}

function firstLine(child: ChildProcess, lines: Interface): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`the host process ended with ${code}`)));
    lines.once("line", resolve);
  });
}
