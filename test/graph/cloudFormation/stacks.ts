import { type Given, OPERATOR, stackConfig, type StackConfig, variants } from "../configuration";

const CHOICES: Given = {
  ...OPERATOR,
  network: {
    region: "us-east-1",
    sshFrom: ["203.0.113.0/24", "198.51.100.7/32"],
    statusPageFrom: "203.0.113.0/24",
  },
  share: { encryptInTransit: "true" },
  elastic: { max: 2, baked: true },
};

/** The stacks that are held against CloudFormation: between them, every type that the program makes. */
export const stacks = {
  dev: variants.dev,
  prod: variants.prod,
  choices: stackConfig("dev", CHOICES),
} as const satisfies Record<string, StackConfig>;

/** Where all of them are. */
export const REGION = "us-east-1";
