import { StartupError } from '@monstera/database';
import { JobsError } from '@monstera/jobs';
import { setTimeout as delay } from 'node:timers/promises';

/** Registers something to close. The last one registered is closed first. */
export type OnStop = (close: () => Promise<unknown>) => void;

/** A boot that is stopped may finish its current step within this time, so that nothing stays half open. */
const BOOT_PATIENCE_MS = 5_000;
/** Below 10 s, because some supervisors send SIGKILL then. */
const STOP_TIMEOUT_MS = 9_500;

/**
 * Boots an application and ends the process. The exit code is 0 after SIGINT or SIGTERM, even during the boot. It is 1 if
 * the boot or a closing step fails, or if closing takes longer than 9.5 s. Nest's shutdown hooks are not used, because
 * they end the process before the database server is stopped.
 */
export function runUntilSignal(boot: (onStop: OnStop) => Promise<void>): void {
  const closing = closingProcess();
  closing.work = boot(closing.onStop);
  closing.work.catch(closing.fail);
}

/** The same for a task that ends by itself, such as a migration. */
export function runTask(task: (onStop: OnStop) => Promise<void>): void {
  const closing = closingProcess();
  closing.work = task(closing.onStop);
  closing.work.then(closing.stop, closing.fail);
}

function closingProcess() {
  const steps: (() => Promise<unknown>)[] = [];
  let stopping = false;
  const stop = async (exitCode = 0) => {
    // With npm, Ctrl-C arrives twice: from the terminal and from npm. The second one must not interrupt the shutdown.
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), STOP_TIMEOUT_MS).unref();
    await Promise.race([closing.work.catch(() => undefined), delay(BOOT_PATIENCE_MS)]);
    process.exit((await closeAll(steps)) ? exitCode : 1);
  };
  const fail = (error: unknown) => {
    // A shutdown closes the connections of a boot that still runs. The errors that follow are of no interest.
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

/** These errors are written for users, so they are printed without a stack trace. */
function describe(error: unknown): unknown {
  return error instanceof StartupError || error instanceof JobsError ? `\n${error.message}\n` : error;
}
