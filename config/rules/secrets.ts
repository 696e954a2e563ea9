/** What is wrong with a secret, in words that follow "expected"; never a part of its value. */
export type Complaint = string | undefined;

/** Rule of one secret; `inspect` sees the clear text and must not repeat any of it. */
export interface SecretRule {
  readonly expected: string;
  inspect(clear: string): Complaint;
}

// `%` ends an INI value's interpolation, `#`, `$` and quotes are syntax in dotenv, `:` and `\` in
// .pgpass; `/ " @` and blanks are refused by RDS.
const UNFIT_FOR_ALL_FILES = /[^\x21-\x7e]|["#$%'/:@\\]/;

/** Password of the application role: it is written into three files of different syntax. */
export const applicationPassword: SecretRule = secretLine({
  expected:
    "1 to 128 characters that .datacube.conf, .antares and .pgpass can all carry and RDS accepts: " +
    "printable ASCII without blanks and without \" # $ % ' / : @ \\ " +
    "(letters and digits are always right)",
  maximum: 128,
  unfitAt: (clear) => clear.search(UNFIT_FOR_ALL_FILES),
});

/** Password of an administrator: only ever sent to the server. */
export const administratorPassword: SecretRule = secretLine({
  expected: "1 to 256 printable ASCII characters on one line",
  maximum: 256,
  unfitAt: (clear) => clear.search(/[^\x20-\x7e]/),
});

/** Secret that is written, unquoted, into antares' dotenv file. */
export const dotenvSecret: SecretRule = secretLine({
  expected:
    "1 to 512 characters on one line that the .antares file can carry: " +
    "no blank at either end, no quote at its start, no # behind a blank, no ${, no control character",
  maximum: 512,
  unfitAt: (clear) => clear.search(/^["'\s]|\s$|\s#|\$\{|[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u),
});

function secretLine(rule: {
  readonly expected: string;
  readonly maximum: number;
  readonly unfitAt: (clear: string) => number;
}): SecretRule {
  return {
    expected: rule.expected,
    inspect: (clear) => {
      if (clear === "") return `${rule.expected}; it is empty`;
      if (clear.length > rule.maximum) return `${rule.expected}; it is longer`;
      const at = rule.unfitAt(clear);
      // Only the place is told: the character itself is a part of the secret.
      return at < 0 ? undefined : `${rule.expected}; character ${at + 1} cannot be used`;
    },
  };
}

/** Private key without a passphrase, as OpenSSH or PEM text. */
export const privateKey: SecretRule = {
  expected: "a private key in OpenSSH or PEM form, whole and without a passphrase",
  inspect: (clear) => {
    const framed = /^-----BEGIN ([A-Z ]*PRIVATE KEY)-----\r?\n([^-]+)-----END \1-----\s*$/;
    const [, kind, body] = framed.exec(clear.trimStart()) ?? [];
    if (kind === undefined || body === undefined) return privateKey.expected;
    const locked = kind.startsWith("ENCRYPTED") || /^Proc-Type: 4,ENCRYPTED/m.test(body);
    return locked || (kind.startsWith("OPENSSH") && !isOpenKey(body))
      ? `${privateKey.expected}; this one is protected by a passphrase or damaged`
      : undefined;
  },
};

/** Whether EC2 takes the public half of a key that passes the rule; of another form nothing is known. */
export function isKeyForEc2(clear: string): boolean {
  const [, body] = /BEGIN OPENSSH PRIVATE KEY-----([^-]+)/.exec(clear) ?? [];
  if (body === undefined) return clear.includes("BEGIN RSA PRIVATE KEY");
  // Behind cipher and derivation, which say none, and their number: the public half, its kind first.
  const blob = Buffer.from(body, "base64").toString("latin1");
  return /^openssh-key-v1\0{4}\x04none\0{3}\x04none\0{7}\x01.{4}\0{3}(\x07ssh-rsa|\x0bssh-ed25519)/s.test(
    blob,
  );
}

// An OpenSSH key names its cipher behind the magic word; `none` means no passphrase.
function isOpenKey(body: string): boolean {
  const blob = Buffer.from(body, "base64").toString("latin1");
  return blob.startsWith("openssh-key-v1\0\0\0\0\u0004none");
}
