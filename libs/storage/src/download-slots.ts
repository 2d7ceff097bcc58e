import { StorageError } from './storage.error.js';

interface Waiter {
  admit: () => void;
}

/** Limits the downloads that run at once. Further downloads wait for a slot, up to `waitMs` milliseconds. */
export class DownloadSlots {
  private readonly waiting = new Set<Waiter>();
  private taken = 0;

  constructor(
    private readonly size: number,
    private readonly waitMs: number,
  ) {}

  /**
   * Resolves to a function that releases the slot. Calling it again does nothing.
   *
   * @throws StorageError `STORAGE_BUSY` after the wait, or the signal's reason.
   */
  async take(signal?: AbortSignal): Promise<() => void> {
    signal?.throwIfAborted();
    if (this.taken < this.size) this.taken++;
    else await this.turn(signal);
    let held = true;
    return () => {
      if (held) this.giveBack();
      held = false;
    };
  }

  /** The slot passes directly to the download that has waited longest. */
  private giveBack(): void {
    const [next] = this.waiting;
    if (next) next.admit();
    else this.taken--;
  }

  private turn(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = () => end(() => reject(signal?.reason as Error));
      const timer = setTimeout(() => end(() => reject(busy(this.size))), this.waitMs);
      const waiter = { admit: () => end(resolve) };
      const end = (settle: () => void) => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', leave);
        this.waiting.delete(waiter);
        settle();
      };
      signal?.addEventListener('abort', leave, { once: true });
      this.waiting.add(waiter);
    });
  }
}

function busy(size: number): StorageError {
  return new StorageError('STORAGE_BUSY', {
    what: `${size} downloads are running.`,
    fix: 'Try again in some seconds.',
  });
}
