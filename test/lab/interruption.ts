/** The exit code of a run that was broken off. */
export const BROKEN_OFF = 130;

/** Aborts at Ctrl-C, so that a run leaves no process and no files behind. A second signal does not wait for that. */
export function interruption(): AbortSignal {
  const interrupted = new AbortController();
  const stop = () => {
    if (interrupted.signal.aborted) process.exit(BROKEN_OFF);
    interrupted.abort(new Error('broken off'));
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, stop);
  return interrupted.signal;
}
