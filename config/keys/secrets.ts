import {
  administratorPassword,
  applicationPassword,
  dotenvSecret,
  privateKey,
} from "../rules/secrets";
import type { SecretKey } from "./key";

/** Every secret. Pulumi tells a program which top-level keys are secret, and nothing about what is inside. */
export const secretKeys: readonly SecretKey[] = [
  {
    name: "sshPrivateKey",
    rule: privateKey,
    required: "host.access is ssh, or a host of `hosts` names it or no other",
    description: "Private key of the SSH user.",
  },
  {
    name: "sshNodePrivateKey",
    rule: privateKey,
    required: "a host of `hosts` names it",
    description: "Another private key, for hosts that have one of their own.",
  },
  {
    name: "sshJumpPrivateKey",
    rule: privateKey,
    required: "a host of `hosts` names it",
    description: "The same, for jump hosts.",
  },
  {
    name: "databaseAdminPassword",
    rule: administratorPassword,
    required: "database.server is existing and database.adminUser is given",
    description: "Password of database.adminUser.",
  },
  {
    name: "databasePassword",
    rule: applicationPassword,
    required: "database.server is existing without database.adminUser; else generated",
    description: "Password of the application role.",
  },
  {
    name: "djangoSecretKey",
    rule: dotenvSecret,
    required: "never; generated",
    description: "SECRET_KEY of antares' web framework.",
  },
  {
    name: "usgsPassword",
    rule: dotenvSecret,
    required: "antares.usgsUser is given",
    description: "USGS_PASSWORD.",
  },
  {
    name: "scihubPassword",
    rule: dotenvSecret,
    required: "antares.scihubUser is given",
    description: "SCIHUB_PASSWORD.",
  },
  {
    name: "bisLicense",
    rule: dotenvSecret,
    required: "never; left out of the file",
    description: "BIS_LICENSE, for the BIS segmentation program.",
  },
];
