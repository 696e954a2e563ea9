import { targetKey } from "../keys/host";
import { sshKeys } from "../keys/hosts";
import type { SshConfig, TargetConfig } from "../model";
import { decodeAws, forbidAws } from "./aws";
import type { Context } from "./context";
import { decodeHost } from "./host";
import { decodeHosts, type Slots } from "./hosts";

/** Decodes `antares:target`. */
export function targetKind(context: Context): TargetConfig["kind"] {
  return context.reader("target").value(targetKey);
}

/** Decodes the machines, and refuses those of another target. */
export function decodeTarget(
  context: Context,
  kind: TargetConfig["kind"],
  slots: Slots,
): TargetConfig {
  // A refused target says nothing about what belongs to it.
  if (context.reader("target").sound(targetKey)) forbidOthers(context, kind);
  switch (kind) {
    case "single":
      return { kind, host: decodeHost(context) };
    case "hosts":
      return { kind, hosts: decodeHosts(context, slots) };
    case "aws":
      return decodeAws(context, slots);
  }
}

function forbidOthers(context: Context, kind: TargetConfig["kind"]): void {
  if (kind !== "single") context.forbid("host", "target is single");
  if (kind !== "hosts") context.forbid("hosts", "target is hosts");
  if (kind !== "aws") forbidAws(context);
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
