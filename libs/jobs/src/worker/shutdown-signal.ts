/** Hosts may add their listener shortly after the boot. */
const ASKED_AFTER_MS = 1_000;

/** Warns shortly after the boot if no listener would turn SIGTERM into a clean shutdown. */
export function watchForSigterm(warn: (message: string) => void): NodeJS.Timeout {
  return setTimeout(() => {
    if (process.listenerCount('SIGTERM') === 0)
      warn(
        'Nobody listens for SIGTERM: it would end this process in the middle of its jobs, which then wait until their ' +
          'worker is declared dead. Call app.enableShutdownHooks() in main.ts.',
      );
  }, ASKED_AFTER_MS).unref();
}
