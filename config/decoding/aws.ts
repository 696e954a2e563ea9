import type { AwsTarget, ComputeConfig } from "../awsModel";
import { allowKey, bucketKeys, computeKeys, elasticKeys as elastic, powerKey } from "../keys/aws";
import { networkKeys } from "../keys/network";
import { isKeyForEc2 } from "../rules/secrets";
import type { Context } from "./context";
import type { Slots } from "./hosts";
import { decodeAccess, decodeNetwork, type DecodedNetwork } from "./network";

/** Decodes what the target `aws` is made of. */
export function decodeAws(context: Context, slots: Slots): AwsTarget {
  const reader = context.reader("network");
  const region = reader.required(networkKeys.region);
  const decoded = decodeNetwork(reader);
  const compute = decodeCompute(context);
  return {
    kind: "aws",
    region,
    network: decoded.network,
    access: decodeAccess(reader),
    compute,
    elastic: decodeElastic(context, { ...decoded, fixed: compute.nodes }),
    bucket: { oldVersionDays: context.reader("bucket").value(bucketKeys.oldVersionDays) },
    power: decodePower(context),
    allow: context.reader("allow").optional(allowKey) ?? [],
    ...slots,
  };
}

/** Refuses what only the target `aws` has. */
export function forbidAws(context: Context): void {
  for (const subject of ["network", "compute", "elastic", "bucket"]) {
    context.forbid(subject, "target is aws");
  }
  const power = context.reader("power");
  if (power.value(powerKey) === "parked") power.refuse(powerKey, "running: target is not aws");
  const allow = context.reader("allow");
  const allowed = allow.optional(allowKey) ?? [];
  if (allowed.length > 0) allow.refuse(allowKey, "an empty list: target is not aws");
}

function decodeCompute(context: Context): ComputeConfig {
  const reader = context.reader("compute");
  const image = reader.optional(computeKeys.image);
  const keyPair = reader.optional(computeKeys.keyPair);
  if (keyPair !== undefined) context.requireSecret("sshPrivateKey", "compute.keyPair is given");
  else refuseForeignKey(context);
  return {
    ...(image !== undefined && { image }),
    user: reader.value(computeKeys.user),
    ...(keyPair !== undefined && { keyPair }),
    masterType: reader.value(computeKeys.masterType),
    nodeType: reader.value(computeKeys.nodeType),
    diskGib: reader.value(computeKeys.diskGib),
    nodes: reader.value(computeKeys.nodes),
    elasticIp: reader.value(computeKeys.elasticIp),
  };
}

/** A new key pair is made of the operator's own key. */
function refuseForeignKey(context: Context): void {
  const { sshPrivateKey: key } = context.secrets;
  if (key === undefined || isKeyForEc2(key)) return;
  const because = "because compute.keyPair is not given: EC2 takes no other for a new key pair";
  context.refuse("sshPrivateKey", `an ED25519 or RSA key, as ssh-keygen writes it, ${because}`);
}

function decodeElastic(
  context: Context,
  { room, fixed }: DecodedNetwork & { readonly fixed: number },
): AwsTarget["elastic"] {
  const reader = context.reader("elastic");
  const min = reader.value(elastic.min);
  const max = reader.value(elastic.max);
  const desired = reader.optional(elastic.desired) ?? min;
  if (reader.sound(elastic.min, elastic.max) && min > max) {
    reader.refuse(elastic.min, `at most elastic.max, which is ${max}`);
  }
  const isWithin = desired >= min && desired <= max;
  if (reader.sound(elastic.min, elastic.desired, elastic.max) && !isWithin) {
    reader.refuse(elastic.desired, `from elastic.min (${min}) to elastic.max (${max})`);
  }
  checkNodes(context, { fixed, max, ...(room !== undefined && { room }) });
  return { min, desired, max, baked: reader.value(elastic.baked) };
}

/** Somebody must work, and everybody needs an address. */
function checkNodes(
  context: Context,
  { room, fixed, max }: { readonly room?: number; readonly fixed: number; readonly max: number },
): void {
  const reader = context.reader("elastic");
  const compute = context.reader("compute");
  if (!compute.sound(computeKeys.nodes) || !reader.sound(elastic.max)) return;
  if (fixed + max === 0) {
    compute.refuse(computeKeys.nodes, "at least one node, or elastic.max above 0");
  }
  const isSound = context.reader("network").sound(...Object.values(networkKeys));
  if (room === undefined || !isSound || fixed + max <= room) return;
  const expected = `nodes that find an address: the private subnets have room for ${room}`;
  if (fixed > room) compute.refuse(computeKeys.nodes, expected);
  else reader.refuse(elastic.max, expected);
}
function decodePower(context: Context): AwsTarget["power"] {
  const reader = context.reader("power");
  const power = reader.value(powerKey);
  if (power === "running" || !reader.sound(powerKey)) return power;
  const nodes = context.reader("elastic");
  for (const row of [elastic.min, elastic.desired]) {
    const wanted = nodes.optional<number>(row) ?? 0;
    if (wanted === 0 || !nodes.sound(row)) continue;
    nodes.refuse(row, "0, because power is parked: no node runs then");
  }
  const allow = context.reader("allow");
  if (allow.optional(allowKey)?.includes("upgrade")) {
    allow.refuse(allowKey, "no upgrade, because power is parked: AWS changes no stopped server");
  }
  const compute = context.reader("compute");
  if (compute.sound(computeKeys.elasticIp) && !compute.value(computeKeys.elasticIp)) {
    compute.refuse(computeKeys.elasticIp, "true, because power is parked: the address is kept");
  }
  return power;
}
