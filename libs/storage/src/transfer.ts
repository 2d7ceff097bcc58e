import { Transform, pipeline, type Readable } from 'node:stream';
import { StorageError } from './storage.error.js';

export interface TransferLimits {
  /** Milliseconds without a byte after which the transfer is aborted. Default: no limit. */
  idleMs?: number;
  /** Time limit of the whole transfer, in milliseconds. */
  totalMs: number;
}

/** One transfer to or from the storage. Its signal aborts when a limit is reached or the caller aborts. */
export class Transfer {
  private readonly abort = new AbortController();
  private readonly idle?: NodeJS.Timeout;
  private readonly total: NodeJS.Timeout;
  private readonly leave = () => this.abort.abort(this.caller?.reason);

  constructor(
    { idleMs, totalMs }: TransferLimits,
    private readonly caller?: AbortSignal,
    private readonly onEnd: () => void = () => undefined,
  ) {
    if (idleMs !== undefined) this.idle = setTimeout(() => this.abort.abort(stalled(idleMs)), idleMs);
    this.total = setTimeout(() => this.abort.abort(tooSlow(totalMs)), totalMs);
    caller?.addEventListener('abort', this.leave, { once: true });
    if (caller?.aborted) this.leave();
  }

  get signal(): AbortSignal {
    return this.abort.signal;
  }

  moved(): void {
    this.idle?.refresh();
  }

  /** Runs a step. If the signal aborts, the step is not awaited any longer, and a late result goes to `discard`. */
  step<T>(work: Promise<T>, discard: (late: T) => void = () => undefined): Promise<T> {
    const { signal } = this;
    return new Promise<T>((resolve, reject) => {
      const stop = () => {
        work.then(discard, () => undefined);
        reject(signal.reason as Error);
      };
      if (signal.aborted) return stop();
      signal.addEventListener('abort', stop, { once: true });
      work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
    });
  }

  /** Returns a stream that ends with the transfer. Resolves at the first byte, or at the end of an empty body. */
  meter(body: Readable): Promise<Readable> {
    return new Promise((resolve, reject) => {
      const meter: Transform = new Transform({
        transform: (chunk, _encoding, done) => {
          this.moved();
          resolve(meter);
          done(null, chunk);
        },
      });
      const stop = () => meter.destroy(this.signal.reason as Error);
      // Until a reader adds its own listener, an error without this one would end the process.
      meter.on('error', reject).on('close', () => this.signal.removeEventListener('abort', stop));
      this.signal.addEventListener('abort', stop, { once: true });
      body.on('error', (error) => meter.destroy(brokenOff(error)));
      pipeline(body, meter, (error) => {
        this.end();
        if (!error) resolve(meter);
      });
      if (this.signal.aborted) stop();
    });
  }

  /** Stops the timers and calls `onEnd`. */
  end(): void {
    clearTimeout(this.idle);
    clearTimeout(this.total);
    this.caller?.removeEventListener('abort', this.leave);
    this.onEnd();
  }
}

function brokenOff(cause: Error): StorageError {
  return new StorageError('STORAGE_UNAVAILABLE', {
    what: `the storage ended the transfer early: ${cause.message}.`,
    fix: 'Check that the storage runs and can be reached, then try again.',
    cause,
  });
}

function stalled(idleMs: number): StorageError {
  return new StorageError('STORAGE_UNAVAILABLE', {
    what: `no byte moved for ${idleMs} ms.`,
    fix: 'Check that the storage answers and can be reached, then try again.',
  });
}

function tooSlow(totalMs: number): StorageError {
  return new StorageError('STORAGE_TOO_SLOW', {
    what: `the transfer was not complete after ${totalMs} ms.`,
    fix: 'Try again with a faster connection, or raise the limits of StorageModule for large objects.',
  });
}
