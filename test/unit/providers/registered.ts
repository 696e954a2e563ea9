import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import * as pulumi from "@pulumi/pulumi";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";

// The SDK keeps its state in a global of its own, made at first use; made here, before the tests
// run, it is no leak of one of them.
pulumi.runtime.isDryRun();

type Wire = Record<string, JavaScriptValue>;

/** One registration as it goes to the engine: secrets still in their envelopes. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly wire: Wire;
  /** The same with the secrets taken out of their envelopes, as a provider gets them. */
  readonly inputs: Wire;
  readonly secretOutputs: readonly string[];
}

/** Registers what `make` makes, with a stand-in for the engine, and returns what was sent. */
export async function registered(make: () => pulumi.Resource): Promise<Registered> {
  await pulumi.runtime.setMocks({
    newResource: ({ name, inputs }) => ({ id: name, state: inputs }),
    call: () => ({}),
  });
  const requests: RegisterResourceRequest[] = [];
  const original = MockMonitor.prototype.registerResource;
  MockMonitor.prototype.registerResource = function (req: RegisterResourceRequest, callback) {
    requests.push(req);
    return original.call(this, req, callback);
  };
  try {
    make();
    await pulumi.runtime.disconnect();
  } finally {
    MockMonitor.prototype.registerResource = original;
  }
  const [request] = requests;
  if (request === undefined) throw new Error("nothing was registered");
  const wire = request.getObject()?.toJavaScript() ?? {};
  return {
    type: request.getType(),
    name: request.getName(),
    wire,
    inputs: Object.fromEntries(Object.entries(wire).map(([key, value]) => [key, open(value)])),
    secretOutputs: request.getAdditionalsecretoutputsList(),
  };
}

const envelope = "4dabf18193072939515e22adb298388d";

/** True for a value that travels marked as secret. */
export function isSecret(value: JavaScriptValue | undefined): boolean {
  return typeof value === "object" && value !== null && envelope in value;
}

function open(value: JavaScriptValue): JavaScriptValue {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(open);
  const entries = Object.entries(value).map(([key, inner]): [string, JavaScriptValue] => [
    key,
    open(inner),
  ]);
  const opened = Object.fromEntries(entries);
  return isSecret(value) ? (opened["value"] ?? null) : opened;
}
