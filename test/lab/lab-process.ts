import { fork, type ChildProcess, type ForkOptions } from 'node:child_process';
import { once } from 'node:events';

export type Exit = number | NodeJS.Signals;

/** A process of a laboratory. It gets no environment and no options of Node unless they are given. */
export class LabProcess {
  /** Rejects if the process could not be started. */
  readonly ended: Promise<Exit>;
  exit: Exit | null = null;
  private readonly process: ChildProcess;

  constructor(file: string, options: ForkOptions) {
    this.process = fork(file, { execArgv: [], env: {}, ...options });
    this.ended = once(this.process, 'exit').then(([code, signal]) => (this.exit = (code ?? signal) as Exit));
    // Sending to a process that ends just then is no failure: the exit is what counts.
    this.process.on('error', () => undefined);
  }

  get pid(): number {
    return this.process.pid!;
  }

  /** Its streams, as far as they are piped. */
  get output(): NodeJS.ReadableStream[] {
    return [this.process.stdout, this.process.stderr].filter((stream) => stream !== null);
  }

  onMessage(listener: (message: never) => void): void {
    this.process.on('message', listener as (message: unknown) => void);
  }

  /** Resolves at the next message, or with the exit if the process ends before that. */
  async nextMessage(timeoutMs: number): Promise<{ message: unknown } | { exit: Exit }> {
    const signal = AbortSignal.timeout(timeoutMs);
    const message = once(this.process, 'message', { signal }).then(([first]) => ({ message: first as unknown }));
    return Promise.race([message, this.ended.then((exit) => ({ exit }))]);
  }

  /** Does nothing once it has ended. */
  send(message: object): void {
    if (this.exit === null) this.process.send(message, () => undefined);
  }

  signal(signal: NodeJS.Signals): void {
    this.process.kill(signal);
  }

  /** Sends a signal that is meant to end it, and waits for the end. */
  end(signal: NodeJS.Signals): Promise<Exit> {
    this.process.kill(signal);
    return this.ended;
  }
}
