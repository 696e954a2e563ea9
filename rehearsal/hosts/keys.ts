import { utils } from "ssh2";

/** An ed25519 key pair in OpenSSH's formats. */
export interface KeyPair {
  readonly privateKey: string;
  /** `ssh-ed25519 AAAA…`, without a comment. */
  readonly publicKey: string;
}

/**
 * A new key pair. ssh2 writes an unreadable key once in some hundred times (measured with 1.17), so
 * every pair is read back before it is used.
 */
export function generateKeyPair(): KeyPair {
  for (let attempt = 0; attempt < 20; attempt++) {
    const { private: privateKey, public: publicKey } = utils.generateKeyPairSync("ed25519");
    if (isSound(privateKey, publicKey)) return { privateKey, publicKey: publicKey.trim() };
  }
  throw new Error("no readable ed25519 key in 20 attempts");
}

function isSound(privateKey: string, publicKey: string): boolean {
  const secret = utils.parseKey(privateKey);
  const shared = utils.parseKey(publicKey);
  if (secret instanceof Error || shared instanceof Error) return false;
  if (!secret.getPublicSSH().equals(shared.getPublicSSH())) return false;
  const signature = secret.sign("probe");
  return Buffer.isBuffer(signature) && shared.verify("probe", signature) === true;
}
