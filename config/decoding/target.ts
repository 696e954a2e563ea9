import { targetKey } from "../keys/host";
import { sshKeys } from "../keys/hosts";
import type { SshConfig, TargetConfig } from "../model";
import type { Context } from "./context";
import { decodeHost } from "./host";
import { decodeHosts, type Slots } from "./hosts";

/** Decodes `antares:target`. */
export function targetKind(context: Context): TargetConfig["kind"] {
  return context.reader("target").value(targetKey) === "hosts" ? "hosts" : "single";
}

/** Decodes the machines, and refuses those of another target. */
export function decodeTarget(
  context: Context,
  kind: TargetConfig["kind"],
  slots: Slots,
): TargetConfig {
  if (kind === "hosts") {
    context.forbid("host", "target is single");
    return { kind, hosts: decodeHosts(context, slots) };
  }
  // A refused target says nothing about what belongs to it.
  if (context.reader("target").sound(targetKey)) context.forbid("hosts", "target is hosts");
  return { kind, host: decodeHost(context) };
}

/** Decodes `antares:ssh`. */
export function decodeSsh(context: Context, target: TargetConfig): SshConfig {
  const reader = context.reader("ssh");
  const ssh = { waitSeconds: reader.value(sshKeys.waitSeconds) };
  if (target.kind === "single" && target.host.access.kind === "local") {
    reader.forbid([sshKeys.waitSeconds]);
  }
  return ssh;
}
