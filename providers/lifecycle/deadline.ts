/**
 * Gives up waiting for `work` after `limitMs`. The engine enforces no limit on dynamic providers, so
 * without this a peer that never answers would hold the whole update.
 *
 * @throws Error naming `what` and the limit.
 */
export async function withDeadline<T>(
  limit: { readonly what: string; readonly limitMs: number },
  work: () => Promise<T>,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const expiry = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`${limit.what}: not done within ${Math.round(limit.limitMs / 1000)} s`));
    }, limit.limitMs);
  });
  try {
    return await Promise.race([work(), expiry]);
  } finally {
    clearTimeout(timer);
  }
}
