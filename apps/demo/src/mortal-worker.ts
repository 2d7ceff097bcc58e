import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const LIVES_MS = 45_000;
const REPLACED_AFTER_MS = 5_000;

/** A worker process that is killed every 45 seconds, and replaced. Other workers take its jobs over. */
export class MortalWorker {
  private child: ChildProcess | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly databaseUrl: string) {}

  start(): void {
    const script = fileURLToPath(new URL('./worker.js', import.meta.url));
    this.child = fork(script, [this.databaseUrl]);
    this.timer = setTimeout(() => this.kill(), LIVES_MS);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.child?.kill('SIGKILL');
  }

  private kill(): void {
    console.log(`Worker process ${this.child?.pid} is killed. Its jobs start again elsewhere within 25 seconds.`);
    this.child?.kill('SIGKILL');
    this.timer = setTimeout(() => this.start(), REPLACED_AFTER_MS);
  }
}
