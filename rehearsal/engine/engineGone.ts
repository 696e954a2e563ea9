/**
 * Calls `then` when the engine that started this process is gone, also after a SIGKILL: it holds
 * the other end of a plugin's standard input for as long as it lives.
 */
export function onEngineGone(then: () => void): void {
  let told = false;
  const once = (): void => {
    if (!told) then();
    told = true;
  };
  process.stdin.on("end", once);
  process.stdin.on("error", once);
  process.stdin.resume();
}
