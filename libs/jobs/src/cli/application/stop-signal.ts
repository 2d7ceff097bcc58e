const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
const IMPATIENT = 130;

/**
 * Aborted by the first SIGTERM or SIGINT, so that the jobs that run may end. A second one ends the process at once: their
 * worker is then declared dead, and others take them over.
 */
export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const signal of SIGNALS)
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(IMPATIENT);
      controller.abort();
    });
  return controller.signal;
}
