import { DatabaseError, type Client } from "pg";

/** Every part of the bootstrap that changes a database takes the lock of this name. */
const lockName = "antares3-bootstrap";

/**
 * Runs `work` while this session holds the bootstrap lock of its database (advisory locks belong to
 * one database). A killed run gives it back by itself: the lock ends with its connection.
 *
 * @throws Error where another run holds the lock for more than forty seconds.
 */
export async function withBootstrapLock<T>(client: Client, work: () => Promise<T>): Promise<T> {
  await client.query("set lock_timeout = '40s'");
  try {
    await client.query("select pg_advisory_lock(hashtext($1))", [lockName]);
  } catch (error) {
    if (error instanceof DatabaseError && error.code === "55P03") {
      throw new Error("another run is at work on this database and did not finish within 40 s");
    }
    throw error;
  }
  try {
    return await work();
  } finally {
    await client
      .query("select pg_advisory_unlock(hashtext($1))", [lockName])
      .catch(() => undefined); // a broken connection has given the lock back already
  }
}
