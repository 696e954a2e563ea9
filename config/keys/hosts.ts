import { hostAddress, hostKey, hostName, port } from "../rules/places";
import { systemUser } from "../rules/names";
import { choice, integer } from "../rules/rule";
import { defaulted, key } from "./key";

/** Slots of one host; far beyond any machine, so that a typing error is noticed. */
export const slotCount = integer({
  min: 0,
  max: 1024,
  expected: "a number of slots from 0 to 1024",
});

const WORKS = "hosts[].role is master or node";

export const clusterHostKeys = {
  name: key({
    path: "hosts[].name",
    rule: hostName,
    example: "node1",
    required: "always",
    description:
      "Name of the host in resource names and in the membership. Another name means another host.",
  }),
  role: defaulted({
    path: "hosts[].role",
    rule: choice(["master", "node", "jump"]),
    default: "node" as const,
    description:
      "`master`: runs what happens once, and Grid Engine's master; one host is. `node`: runs jobs. " +
      "`jump`: only leads to others.",
  }),
  address: key({
    path: "hosts[].address",
    rule: hostAddress,
    example: "192.0.2.11",
    required: "always",
    description: "Where the host answers SSH: as the deployer sees it, or as its jump host does.",
  }),
  port: defaulted({
    path: "hosts[].port",
    rule: port,
    unit: "TCP port",
    default: 22,
    description: "Port of its SSH server.",
  }),
  user: defaulted({
    path: "hosts[].user",
    rule: systemUser,
    default: "root",
    description:
      "SSH user: root, or one who may use sudo without a password. A jump host needs no rights.",
  }),
  key: defaulted({
    path: "hosts[].key",
    rule: choice(["sshPrivateKey", "sshNodePrivateKey", "sshJumpPrivateKey"]),
    default: "sshPrivateKey" as const,
    description: "Name of the secret that has the user's private key.",
  }),
  hostKey: key({
    path: "hosts[].hostKey",
    rule: hostKey,
    example: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f",
    defaultNote: "learned at the first contact, then pinned",
    description: "Public host key that the host must show.",
  }),
  jump: key({
    path: "hosts[].jump",
    rule: hostName,
    example: "gateway",
    defaultNote: "none: the deployer reaches the host itself",
    only: WORKS,
    description:
      "Name of the host of this list through which this one is reached: one hop, so that host has " +
      "no `jump` itself.",
  }),
  jobSlots: key({
    path: "hosts[].jobSlots",
    rule: slotCount,
    example: "4",
    defaultNote: "scheduler.jobSlots on a node, 0 on the master",
    only: WORKS,
    description: "How many jobs run on it at once.",
  }),
  daskSlots: key({
    path: "hosts[].daskSlots",
    rule: slotCount,
    example: "2",
    defaultNote: "dask.slots on a node, 0 on the master",
    only: WORKS,
    description: "How many dask workers run on it; they take no job slots.",
  }),
};

export const sshKeys = {
  waitSeconds: defaulted({
    path: "ssh.waitSeconds",
    rule: integer({ min: 1, max: 3600, expected: "a number of seconds from 1 to 3600" }),
    unit: "seconds",
    default: 300,
    only: "hosts are reached by SSH",
    description: "How long a host that does not answer is waited for, for example while it boots.",
  }),
};
