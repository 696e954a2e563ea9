import { hostAddress, hostKey, hostName, ownDirectory, port } from "../rules/places";
import { serviceUser, systemUser, userId } from "../rules/names";
import { choice } from "../rules/rule";
import { defaulted, key } from "./key";

/** Kinds of cluster. */
export const TARGETS = ["single", "hosts", "aws"] as const;

export const targetKey = defaulted({
  path: "target",
  rule: choice(TARGETS),
  default: "single" as const,
  description:
    "What the cluster is made of: `single` is one machine, `hosts` are existing machines reached " +
    "by SSH, `aws` is made on Amazon Web Services.",
});

const SINGLE_ONLY = "target is single";
const SSH_ONLY = "host.access is ssh";

export const hostKeys = {
  name: defaulted({
    path: "host.name",
    rule: hostName,
    default: "master",
    only: SINGLE_ONLY,
    description:
      "Name of the machine in resource names. Another name means another machine: everything on " +
      "it is made anew.",
  }),
  access: defaulted({
    path: "host.access",
    rule: choice(["local", "ssh"]),
    default: "local" as const,
    only: SINGLE_ONLY,
    description:
      "`local`: Pulumi runs on the machine itself, as root. `ssh`: it is reached by SSH.",
  }),
  address: key({
    path: "host.address",
    rule: hostAddress,
    example: "198.51.100.7",
    required: SSH_ONLY,
    only: SSH_ONLY,
    description: "Where the machine answers SSH.",
  }),
  port: defaulted({
    path: "host.port",
    rule: port,
    unit: "TCP port",
    default: 22,
    only: SSH_ONLY,
    description: "Port of its SSH server.",
  }),
  user: defaulted({
    path: "host.user",
    rule: systemUser,
    default: "root",
    only: SSH_ONLY,
    description: "SSH user: root, or one who may use sudo without a password.",
  }),
  hostKey: key({
    path: "host.hostKey",
    rule: hostKey,
    example: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f",
    only: SSH_ONLY,
    defaultNote: "learned at the first contact, then pinned",
    description: "Public host key that the machine must show.",
  }),
};

export const serviceKeys = {
  user: defaulted({
    path: "service.user",
    rule: serviceUser,
    default: "antares",
    description:
      "System user that owns the settings and runs datacube and antares; made if absent.",
  }),
  uid: defaulted({
    path: "service.uid",
    rule: userId,
    unit: "user id",
    default: 5000,
    description: "Its numeric id, the same on every host, because files on the share carry it.",
  }),
  home: defaulted({
    path: "service.home",
    rule: ownDirectory,
    default: "/home/antares",
    description: "Its home, on the machine's own disk: neither in the share nor around it.",
  }),
};
