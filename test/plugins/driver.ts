import * as pb from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { CheckFailure, Properties } from "../../rehearsal/plugins/standIn";
import {
  isProperties,
  toProperties,
  toStruct,
  withoutEnvelopes,
} from "../../rehearsal/plugins/values";
import { ask, startPlugin, type Wire } from "./wire";

export interface DriverOptions {
  /** The plugin's executable. */
  readonly executable: string;
  /** Configuration of the provider; numbers and flags as texts. */
  readonly config?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Resource {
  readonly type: string;
  readonly name: string;
  readonly inputs: Properties;
  /** `customTimeouts`, seconds. */
  readonly timeout?: number;
}

interface Recorded {
  readonly id: string;
  readonly type: string;
  readonly inputs: Properties;
  readonly state: Properties;
}

export type Step = "same" | "create" | "update" | "replace";

/**
 * Does to a plugin what the engine does in an `up`, a `refresh` and a `destroy`, over the same
 * protocol: fast, and alike for the official plugin and its stand-in.
 */
export class Driver {
  private readonly recorded = new Map<string, Recorded>();

  private constructor(readonly wire: Wire) {}

  static async start(options: DriverOptions): Promise<Driver> {
    const driver = new Driver(await startPlugin(options.executable, options.env ?? {}));
    try {
      await driver.configure(options.config ?? {});
      return driver;
    } catch (error) {
      await driver.stop();
      throw error;
    }
  }

  /** State of a resource as a state file would hold it; undefined when there is none. */
  state(name: string): Properties | undefined {
    return this.recorded.get(name)?.state;
  }

  id(name: string): string | undefined {
    return this.recorded.get(name)?.id;
  }

  private async configure(config: Readonly<Record<string, string>>): Promise<void> {
    const request = new pb.ConfigureRequest()
      .setArgs(toStruct(config))
      .setAcceptsecrets(true)
      .setSendsOldInputs(true)
      .setSendsOldInputsToDelete(true);
    await ask<pb.ConfigureResponse>((answer) => this.wire.client.configure(request, answer));
  }

  /** Faults that the plugin finds in its own configuration. */
  async checkConfig(config: Readonly<Record<string, string>>): Promise<CheckFailure[]> {
    const request = new pb.CheckRequest()
      .setUrn("urn:pulumi:stack::project::pulumi:providers:test::provider")
      .setNews(toStruct(config))
      .setOlds(toStruct({}));
    return failuresOf(
      await ask<pb.CheckResponse>((answer) => this.wire.client.checkConfig(request, answer)),
    );
  }

  /** Faults of a resource's inputs, and the inputs with the plugin's defaults. */
  async check(
    resource: Resource,
  ): Promise<{ inputs: Properties; failures: readonly CheckFailure[] }> {
    const request = new pb.CheckRequest()
      .setUrn(urn(resource))
      .setNews(toStruct(resource.inputs))
      .setOlds(toStruct(this.recorded.get(resource.name)?.inputs ?? {}))
      .setRandomseed(Buffer.alloc(32, 7));
    const response = await ask<pb.CheckResponse>((answer) =>
      this.wire.client.check(request, answer),
    );
    return { inputs: plain(response.getInputs()), failures: failuresOf(response) };
  }

  /** What a preview would say. */
  async plan(resource: Resource): Promise<Step> {
    const { inputs } = await this.check(resource);
    const old = this.recorded.get(resource.name);
    if (old === undefined) return "create";
    const request = new pb.DiffRequest()
      .setId(old.id)
      .setUrn(urn(resource))
      .setOlds(toStruct(old.state))
      .setOldInputs(toStruct(old.inputs))
      .setNews(toStruct(inputs));
    const diff = await ask<pb.DiffResponse>((answer) => this.wire.client.diff(request, answer));
    if (diff.getChanges() === pb.DiffResponse.DiffChanges.DIFF_NONE) return "same";
    const kinds = [...diff.getDetaileddiffMap().entries()].map(([, entry]) => entry.getKind());
    const replacing: readonly number[] = [
      pb.PropertyDiff.Kind.ADD_REPLACE,
      pb.PropertyDiff.Kind.DELETE_REPLACE,
      pb.PropertyDiff.Kind.UPDATE_REPLACE,
    ];
    const replaces = diff.getReplacesList().length > 0;
    return replaces || kinds.some((kind) => replacing.includes(kind)) ? "replace" : "update";
  }

  /** One `up` with this resource; a failing step leaves the state as it was. */
  async up(resource: Resource): Promise<Step> {
    const { inputs, failures } = await this.check(resource);
    if (failures.length > 0) throw new Error(JSON.stringify(failures));
    const step = await this.plan(resource);
    const old = this.recorded.get(resource.name);
    if (step === "update" && old !== undefined) await this.update(resource, { inputs, old });
    if (step === "create" || step === "replace") await this.create(resource, inputs);
    if (step === "replace" && old !== undefined) await this.delete(resource.name, old);
    return step;
  }

  private async create(resource: Resource, inputs: Properties): Promise<void> {
    const request = new pb.CreateRequest()
      .setUrn(urn(resource))
      .setProperties(toStruct(inputs))
      .setTimeout(resource.timeout ?? 0);
    const made = await ask<pb.CreateResponse>((answer) => this.wire.client.create(request, answer));
    const state = plain(made.getProperties());
    this.recorded.set(resource.name, { id: made.getId(), type: resource.type, inputs, state });
  }

  private async update(
    resource: Resource,
    { inputs, old }: { inputs: Properties; old: Recorded },
  ): Promise<void> {
    const request = new pb.UpdateRequest()
      .setId(old.id)
      .setUrn(urn(resource))
      .setOlds(toStruct(old.state))
      .setOldInputs(toStruct(old.inputs))
      .setNews(toStruct(inputs));
    const made = await ask<pb.UpdateResponse>((answer) => this.wire.client.update(request, answer));
    this.recorded.set(resource.name, { ...old, inputs, state: plain(made.getProperties()) });
  }

  /** One `destroy` of a resource. */
  async destroy(name: string): Promise<void> {
    const old = this.recorded.get(name);
    if (old === undefined) return;
    await this.delete(name, old);
    this.recorded.delete(name);
  }

  private async delete(name: string, old: Recorded): Promise<void> {
    const request = new pb.DeleteRequest()
      .setId(old.id)
      .setUrn(urn({ type: old.type, name }))
      .setProperties(toStruct(old.state))
      .setOldInputs(toStruct(old.inputs));
    await ask<Empty>((answer) => this.wire.client.delete(request, answer));
  }

  /** One `refresh` of a resource: whether it is still there. */
  async refresh(name: string): Promise<"present" | "gone"> {
    const old = this.recorded.get(name);
    if (old === undefined) throw new Error(`no resource ${name}`);
    const request = new pb.ReadRequest()
      .setId(old.id)
      .setUrn(urn({ type: old.type, name }))
      .setProperties(toStruct(old.state))
      .setInputs(toStruct(old.inputs));
    const found = await ask<pb.ReadResponse>((answer) => this.wire.client.read(request, answer));
    if (found.getId() === "") {
      this.recorded.delete(name);
      return "gone";
    }
    const state = plain(found.getProperties());
    const inputs = found.hasInputs() ? plain(found.getInputs()) : old.inputs;
    this.recorded.set(name, { ...old, state, inputs });
    return "present";
  }

  async cancel(): Promise<void> {
    await ask<Empty>((answer) => this.wire.client.cancel(new Empty(), answer));
  }

  stop(): Promise<void> {
    return this.wire.close();
  }
}

function urn({ type, name }: { type: string; name: string }): string {
  return `urn:pulumi:stack::project::${type}::${name}`;
}

function plain(struct: Parameters<typeof toProperties>[0]): Properties {
  const values = withoutEnvelopes(toProperties(struct));
  return isProperties(values) ? values : {};
}

function failuresOf(response: pb.CheckResponse): CheckFailure[] {
  return response.getFailuresList().map((failure) => ({
    property: failure.getProperty(),
    reason: failure.getReason(),
  }));
}
