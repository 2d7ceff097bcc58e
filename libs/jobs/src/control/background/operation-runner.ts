import { Sleeper } from '../../support/time/sleeper.js';

export interface OperationRunnerOptions {
  /** Runs a batch. Returns the milliseconds until the next one may begin; null if no operation can go on now. */
  runBatch: () => Promise<number | null>;
  onError: (error: unknown) => void;
}

/** Goes through operations batch by batch, beside the jobs of this worker: they need no slot. */
export class OperationRunner {
  private readonly sleeper = new Sleeper();
  private running: Promise<void> | null = null;
  private isWoken = false;
  private stopped = false;

  constructor(private readonly options: OperationRunnerOptions) {}

  /** There may be an operation to work on. */
  wake(): void {
    if (this.stopped) return;
    this.isWoken = true;
    this.running ??= this.work().finally(() => {
      this.running = null;
      if (this.isWoken) this.wake();
    });
  }

  /** Waits for the batch that is under way. Another worker does the next one. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.sleeper.wake();
    await this.running;
  }

  /** After an error, the next call of `wake` goes on. */
  private async work(): Promise<void> {
    while (this.isWoken && !this.stopped) {
      this.isWoken = false;
      const pauseMs = await this.options.runBatch().catch(this.options.onError);
      if (typeof pauseMs !== 'number') continue;
      this.isWoken = true;
      await this.sleeper.sleep(pauseMs);
    }
  }
}
