/** Hosts may add their listener shortly after the boot. */
const ASKED_AFTER_MS = 1_000;

/** Warns shortly after the boot if no listener would turn SIGTERM into a clean shutdown. */
export function watchForSigterm(warn: () => void): NodeJS.Timeout {
  return setTimeout(() => {
    if (process.listenerCount('SIGTERM') === 0) warn();
  }, ASKED_AFTER_MS).unref();
}
