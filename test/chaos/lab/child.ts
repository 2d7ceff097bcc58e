import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { ChildSettings } from '../child/main.js';
import type { Order } from '../child/producer.js';

const MAIN = fileURLToPath(new URL('../child/dist/main.js', import.meta.url));
const START_TIMEOUT_MS = 60_000;

export type Exit = number | NodeJS.Signals;

export interface ChildOptions extends ChildSettings {
  /** Where its output goes. */
  log: string;
  /** Variables beside those that every child gets. */
  env: Record<string, string>;
}

/** A worker or a producer in a process of its own. */
export class Child {
  readonly ended: Promise<Exit>;
  exit: Exit | null = null;
  /** Set by whoever ends it on purpose; a process that ends otherwise is an error. */
  expectedToEnd = false;
  private readonly process: ChildProcess;

  constructor(private readonly options: ChildOptions) {
    const { log, env, ...settings } = options;
    this.process = fork(MAIN, {
      execArgv: [],
      env: { ...childEnvironment(), CHAOS_CHILD: JSON.stringify(settings), ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const output = createWriteStream(log, { flags: 'a' });
    for (const stream of [this.process.stdout!, this.process.stderr!]) stream.pipe(output, { end: false });
    this.ended = once(this.process, 'exit').then(([code, signal]) => (this.exit = (code ?? signal) as Exit));
    // Sending to a process that ends just then is no failure: the exit is what counts.
    this.process.on('error', () => undefined);
  }

  get label(): string {
    return this.options.label;
  }

  get pid(): number {
    return this.process.pid!;
  }

  /** Waits until the application has booted. */
  async ready(): Promise<this> {
    const timeout = AbortSignal.timeout(START_TIMEOUT_MS);
    const first = await Promise.race([once(this.process, 'message', { signal: timeout }), this.ended]);
    if (Array.isArray(first)) return this;
    throw new Error(`${this.label} ended (${first}) before it was ready:\n${await this.output()}`);
  }

  onMessage(listener: (message: unknown) => void): void {
    this.process.on('message', listener);
  }

  send(message: { order: Order } | { stop: true }): void {
    if (this.exit === null) this.process.send(message, () => undefined);
  }

  signal(signal: NodeJS.Signals): void {
    this.process.kill(signal);
  }

  /** Sends a signal that is meant to end it, and waits for the end. */
  end(signal: NodeJS.Signals): Promise<Exit> {
    this.expectedToEnd = true;
    this.process.kill(signal);
    return this.ended;
  }

  /** Memory that it holds; 0 where there is no /proc to read it from. */
  async rssMiB(): Promise<number> {
    const status = await readFile(`/proc/${this.pid}/status`, 'utf8').catch(() => '');
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1_024);
  }

  output(): Promise<string> {
    return readFile(this.options.log, 'utf8').catch(() => '');
  }
}

/** What a process needs to run, and nothing that would change how the application behaves, unless breaks/ means to. */
function childEnvironment(): Record<string, string | undefined> {
  const { PATH, HOME, TZ, CHAOS_NODE_OPTIONS } = process.env;
  return { PATH, HOME, TZ, ...(CHAOS_NODE_OPTIONS && { NODE_OPTIONS: CHAOS_NODE_OPTIONS }) };
}
