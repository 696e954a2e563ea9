import { utils } from "ssh2";
import { lifecycle } from "../lifecycle/lifecycle";

/** A key pair that is made once and kept. */
export interface GeneratedKeyInputs {
  /** Another text here, and only that, makes another key. */
  readonly rotation?: string;
}

export interface GeneratedKeyOutputs extends GeneratedKeyInputs {
  /** OpenSSH text, without a passphrase. */
  readonly privateKey: string;
  /** `ssh-ed25519 AAAA…` */
  readonly publicKey: string;
}

/** Engine-facing methods of `GeneratedKey`. */
export const generatedKey = lifecycle<GeneratedKeyInputs, GeneratedKeyOutputs>({
  what: "generated SSH key",
  inputs: ["rotation"],
  replaceOn: [{ input: "rotation" }],
  limitMs: () => 10_000,
  create: (inputs) => {
    const pair = utils.generateKeyPairSync("ed25519");
    const outs = { ...inputs, privateKey: pair.private, publicKey: pair.public };
    return Promise.resolve({ id: "generated", outs });
  },
  update: (olds, news) => Promise.resolve({ ...olds, ...news }),
  read: (olds) => Promise.resolve(olds),
});

/** The public half of a private key without a passphrase, `ssh-ed25519 AAAA…`. */
export function publicKeyOf(privateKey: string): string {
  const parsed = utils.parseKey(privateKey);
  const key = Array.isArray(parsed) ? parsed[0] : parsed;
  // The library's message tells nothing of the key, but neither anything that helps.
  if (key === undefined || key instanceof Error) {
    throw new Error("the secret sshPrivateKey is no private key of a kind that SSH knows");
  }
  return `${key.type} ${key.getPublicSSH().toString("base64")}`;
}
