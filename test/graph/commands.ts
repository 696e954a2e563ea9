import { STEP_TARGET, type SshTarget } from "../../providers/ssh/target";
import { isRecord, isSecret } from "./answers";
import { UNKNOWN } from "./golden";
import type { Registration } from "./registration";

export const isCommand = ({ type }: Registration): boolean => /^command:/.test(type);
export const isRemote = ({ type }: Registration): boolean => type === "command:remote:Command";

/** What runs our own client, for a host behind a jump host. */
const OWN_CLIENT = "node dist/providers/ssh/step.js ";

/** True for a step that goes through a jump host. */
export const isRelayed = ({ inputs }: Registration): boolean =>
  String(inputs["create"]).startsWith(OWN_CLIENT);

/** The value of an input, out of its envelope. */
export function open(resource: Registration, key: string): unknown {
  const value = resource.inputs[key];
  return isSecret(value) ? value.value : value;
}

/** Who a step logs in as, and which keys the hosts on its way must show. */
export interface Dialled {
  readonly user?: string;
  readonly hostKeys: readonly unknown[];
}

/** Undefined where the engine does not know it yet. */
export function dialled(resource: Registration): Dialled | undefined {
  if (isRelayed(resource)) return relayed(open(resource, "environment"));
  if (!isRemote(resource)) return { hostKeys: [] };
  const connection = open(resource, "connection");
  if (!isRecord(connection)) return undefined;
  return { user: String(connection["user"]), hostKeys: [connection["hostKey"]] };
}

function relayed(environment: unknown): Dialled | undefined {
  const target = targetOf(environment);
  if (target === undefined) return undefined;
  const { user, hostKey, proxy } = target;
  return { user, hostKeys: [hostKey, proxy?.hostKey] };
}

/** Where our own client is told to go; undefined where that is not known yet. */
export function targetOf(environment: unknown): SshTarget | undefined {
  const value = isRecord(environment) ? environment[STEP_TARGET] : undefined;
  const text = isSecret(value) ? value.value : value;
  if (typeof text !== "string" || text === UNKNOWN) return undefined;
  return JSON.parse(text) as SshTarget;
}

/** What runs on the host. */
export const commandOf = ({ inputs }: Registration): string =>
  String(inputs["create"]).replace(OWN_CLIENT, "");

/** Minutes in the fixed command of a step; undefined where it is another command. */
export function minutes(resource: Registration): number | undefined {
  const fixed = /^(?:sudo -n )?timeout -k 30 ([1-9]\d*)m bash --norc -s$/;
  const [, limit] = fixed.exec(commandOf(resource)) ?? [];
  return limit === undefined ? undefined : Number(limit);
}
