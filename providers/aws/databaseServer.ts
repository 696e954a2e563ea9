export interface ServerPlace {
  readonly identifier: string;
  readonly region: string;
  /** Where AWS answers; for tests. */
  readonly endpoint?: string;
}

/** A database server of RDS, as far as it is started and stopped. */
export interface DatabaseServer {
  /** AWS's word for what it is doing; undefined where there is none of this name. */
  status(): Promise<string | undefined>;
  /** @returns AWS's words where the server's status does not permit it. */
  start(): Promise<string | undefined>;
  /** @returns AWS's words where the server's status does not permit it. */
  stop(): Promise<string | undefined>;
}

/** Speaks with RDS while `work` goes on. @throws Error as AWS's client does. */
export async function withServer<T>(
  { identifier, region, endpoint }: ServerPlace,
  work: (server: DatabaseServer) => Promise<T>,
): Promise<T> {
  // It would tell operators that its later versions need a later Node; this one is pinned.
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
  // Here, because every process that has our providers would else load it.
  const rds = await import("@aws-sdk/client-rds");
  const client = new rds.RDSClient({
    ...{ region, endpoint, credentials: givenKeys(), maxAttempts: 5 },
    requestHandler: PATIENCE,
  });
  const one = { DBInstanceIdentifier: identifier };
  const faults = { absent: rds.DBInstanceNotFoundFault, refused: rds.InvalidDBInstanceStateFault };
  const ask = (asked: Promise<unknown>): Promise<string | undefined> =>
    asked.then(
      () => undefined,
      (error: unknown) => {
        if (error instanceof faults.refused) return error.message;
        throw error;
      },
    );
  try {
    return await work({
      status: async () => {
        try {
          const { DBInstances } = await client.send(new rds.DescribeDBInstancesCommand(one));
          return DBInstances?.[0]?.DBInstanceStatus;
        } catch (error) {
          if (error instanceof faults.absent) return undefined;
          throw error;
        }
      },
      start: () => ask(client.send(new rds.StartDBInstanceCommand(one))),
      stop: () => ask(client.send(new rds.StopDBInstanceCommand(one))),
    });
  } finally {
    client.destroy();
  }
}

/** Milliseconds; a peer that never answers is asked again, and then given up. */
const PATIENCE = { connectionTimeout: 10_000, requestTimeout: 30_000, throwOnRequestTimeout: true };

/**
 * Keys of the environment, which Pulumi's plugin prefers to a profile that is named there, too. This
 * client does the opposite, and would meet another account than the one that has the server.
 */
function givenKeys() {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) return undefined;
  const session = AWS_SESSION_TOKEN ? { sessionToken: AWS_SESSION_TOKEN } : {};
  return { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY, ...session };
}
