import { choice, integer, pattern, text, type Rule } from "./rule";

// Roles that begin with pg_ are PostgreSQL's own, and the listed databases are its templates.
const RESERVED = new Set(["postgres", "template0", "template1", "public", "none"]);

/** Name of a role or database of ours; lower case, so that it means the same with and without quotes. */
export const databaseName: Rule<string> = text({
  expected:
    "a PostgreSQL name of lower-case letters, digits and _, at most 63 long, " +
    "not postgres, public, none, template0, template1 or pg_…",
  parse: (given) => {
    const fits = /^[a-z_][a-z0-9_]{0,62}$/.test(given);
    return fits && !RESERVED.has(given) && !given.startsWith("pg_") ? given : undefined;
  },
});

/** Name of a role or database that exists already on somebody else's server. */
export const existingDatabaseName: Rule<string> = pattern(
  /^[A-Za-z_][A-Za-z0-9_.@-]{0,62}$/,
  "a PostgreSQL name of letters, digits and _ . @ -, at most 63 long",
);

/** Name of a Debian system user. */
export const systemUser: Rule<string> = pattern(
  /^[a-z_][a-z0-9_-]{0,31}$/,
  "a user name of lower-case letters, digits, _ and -, at most 32 long",
);

/** The user that jobs run as: anybody but root. */
export const serviceUser: Rule<string> = text({
  expected: `${systemUser.expected}, not root`,
  parse: (given) => (given === "root" ? undefined : systemUser.accept(given)),
});

/** Numeric id of a user who is a person or a service of the site: not root, not the system's. */
export const userId: Rule<number> = integer({
  min: 1000,
  max: 59999,
  expected: "a user id from 1000 to 59999 (0 is root, below 1000 is the system's)",
});

/** ISO 3166-1 alpha-3, taken in any case, kept in upper case. */
export const isoCode: Rule<string> = text({
  expected: "an ISO 3166-1 alpha-3 country code: three letters such as MEX",
  parse: (given) => (/^[A-Za-z]{3}$/.test(given) ? given.toUpperCase() : undefined),
});

/** sha256, kept in lower case. */
export const sha256: Rule<string> = text({
  expected: "a sha256 of 64 hexadecimal digits (sha256sum prints it)",
  parse: (given) => (/^[0-9a-fA-F]{64}$/.test(given) ? given.toLowerCase() : undefined),
});

/** Name of an S3 bucket. */
export const bucket: Rule<string> = pattern(
  /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
  "an S3 bucket name: 3 to 63 lower-case letters, digits, . and -",
);

/** Account name at a data provider; goes unquoted into a dotenv file. */
export const accountName: Rule<string> = pattern(
  /^[A-Za-z0-9][A-Za-z0-9._+@-]{0,99}$/,
  "an account name of letters, digits and . _ + @ -",
);

export const logLevel = choice(["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]);
export const sslMode = choice(["disable", "require", "verify-ca", "verify-full"]);

// Grid Engine's own words for "any queue" and "a new one", and the queue that dask has for itself.
const RESERVED_QUEUES = new Set(["all", "none", "template", "undefined", "dask.q"]);

/** Name of a Grid Engine queue. */
export const queueName: Rule<string> = text({
  expected:
    "a queue name of letters, digits and . _ -, at most 64 long, that begins with a letter; not " +
    "all, none, template, undefined or dask.q",
  parse: (given) => {
    const fits = /^[A-Za-z][A-Za-z0-9._-]{0,63}$/.test(given);
    return fits && !RESERVED_QUEUES.has(given.toLowerCase()) ? given : undefined;
  },
});

/** Options of an NFS mount, as mount and fstab take them. */
export const mountOptions: Rule<string> = text({
  expected:
    "mount options joined by commas, such as nfsvers=4.1,hard,_netdev; neither soft, which loses " +
    "data, nor ro",
  parse: (given) => {
    const options = given.split(",");
    const fits = options.every((each) => /^[a-z_][a-z0-9_]*(=[A-Za-z0-9._:/-]+)?$/.test(each));
    const unfit = ["soft", "softerr", "softreval", "ro"].some((each) => options.includes(each));
    return fits && !unfit && given.length <= 500 ? given : undefined;
  },
});
