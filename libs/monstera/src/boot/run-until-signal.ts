import { StartupError } from '@monstera/database';
import { JobsError } from '@monstera/jobs';
import { setTimeout as delay } from 'node:timers/promises';

/** Registers something to close; what was opened last is closed first. */
export type OnStop = (close: () => Promise<unknown>) => void;

/** A boot that was told to stop may finish what it is at, so that it leaves nothing half-open behind. */
const BOOT_PATIENCE_MS = 5_000;
/** Kubernetes and most supervisors send SIGKILL after 10 s or more. */
const STOP_TIMEOUT_MS = 9_500;

/**
 * Boots an application and ends the process: with exit code 0 after SIGINT or SIGTERM, whenever they come, with 1 when
 * the boot or a closing step fails or closing takes longer than 9.5 s. Nest's own shutdown hooks are not used, because
 * they end the process once Nest is done, and the database server has to be stopped after that.
 */
export function runUntilSignal(boot: (onStop: OnStop) => Promise<void>): void {
  const closing = closingProcess();
  closing.work = boot(closing.onStop);
  closing.work.catch(closing.fail);
}

/** The same for something that comes to an end by itself, such as a migration. */
export function runTask(task: (onStop: OnStop) => Promise<void>): void {
  const closing = closingProcess();
  closing.work = task(closing.onStop);
  closing.work.then(closing.stop, closing.fail);
}

function closingProcess() {
  const steps: (() => Promise<unknown>)[] = [];
  let stopping = false;
  const stop = async (exitCode = 0) => {
    // Ctrl-C arrives twice below npm: from the terminal and passed on. The second one must not cut the first one short.
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), STOP_TIMEOUT_MS).unref();
    await Promise.race([closing.work.catch(() => undefined), delay(BOOT_PATIENCE_MS)]);
    process.exit((await closeAll(steps)) ? exitCode : 1);
  };
  const fail = (error: unknown) => {
    // Closing takes connections away from a boot that is still going on; what it says about that is no news.
    if (!stopping) console.error(describe(error));
    return stop(1);
  };
  process.on('SIGINT', () => void stop()).on('SIGTERM', () => void stop());
  const onStop: OnStop = (close) => steps.unshift(close);
  const closing = { work: Promise.resolve(), onStop, stop: () => stop(), fail };
  return closing;
}

async function closeAll(steps: (() => Promise<unknown>)[]): Promise<boolean> {
  let clean = true;
  for (const close of steps) {
    await close().catch((error: unknown) => {
      clean = false;
      console.error(describe(error));
    });
  }
  return clean;
}

/** Errors that were written for the reader come without a stack trace. */
function describe(error: unknown): unknown {
  return error instanceof StartupError || error instanceof JobsError ? `\n${error.message}\n` : error;
}
