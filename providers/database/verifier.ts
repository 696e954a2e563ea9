import { createHash, createHmac, pbkdf2, randomBytes } from "node:crypto";
import { promisify } from "node:util";

const derive = promisify(pbkdf2);
const iterations = 4096;

/**
 * What PostgreSQL keeps of a password (RFC 5803). A statement that carries this in place of the
 * password may land in the server's log without giving the password away.
 */
export async function scramVerifier(
  password: string,
  salt: Buffer = randomBytes(16),
): Promise<string> {
  const salted = await derive(password.normalize("NFKC"), salt, iterations, 32, "sha256");
  const hmac = (text: string): Buffer => createHmac("sha256", salted).update(text).digest();
  const storedKey = createHash("sha256").update(hmac("Client Key")).digest("base64");
  const serverKey = hmac("Server Key").toString("base64");
  return `SCRAM-SHA-256$${iterations}:${salt.toString("base64")}$${storedKey}:${serverKey}`;
}
