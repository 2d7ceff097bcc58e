import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { LabProcess, type Exit } from '../../lab/lab-process.js';
import type { ChildSettings } from '../child/main.js';
import type { Order } from '../child/producer.js';
import type { Steer } from '../child/steer.js';

const MAIN = fileURLToPath(new URL('../child/dist/main.js', import.meta.url));
const START_TIMEOUT_MS = 60_000;

export interface ChildOptions extends ChildSettings {
  /** Where its output goes. */
  log: string;
  /** Variables beside those that every child gets. */
  env: Record<string, string>;
}

/** A worker or a producer in a process of its own. */
export class Child extends LabProcess {
  /** Set by whoever ends it on purpose; a process that ends otherwise is an error. */
  expectedToEnd = false;

  constructor(private readonly options: ChildOptions) {
    const { log, env, ...settings } = options;
    super(MAIN, {
      env: { ...childEnvironment(), CHAOS_CHILD: JSON.stringify(settings), ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const output = createWriteStream(log, { flags: 'a' });
    for (const stream of this.output) stream.pipe(output, { end: false });
  }

  get label(): string {
    return this.options.label;
  }

  /** Waits until the application has booted. */
  async ready(): Promise<this> {
    const first = await this.nextMessage(START_TIMEOUT_MS);
    if ('message' in first) return this;
    throw new Error(`${this.label} ended (${first.exit}) before it was ready:\n${await this.logged()}`);
  }

  override send(message: { order: Order } | { stop: true } | { steer: Steer }): void {
    super.send(message);
  }

  override end(signal: NodeJS.Signals): Promise<Exit> {
    this.expectedToEnd = true;
    return super.end(signal);
  }

  /** Memory that it holds; 0 where there is no /proc to read it from. */
  async rssMiB(): Promise<number> {
    const status = await readFile(`/proc/${this.pid}/status`, 'utf8').catch(() => '');
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1_024);
  }

  /** What it has written so far. */
  logged(): Promise<string> {
    return readFile(this.options.log, 'utf8').catch(() => '');
  }
}

/** What a process needs to run, and nothing that would change how the application behaves, unless breaks/ means to. */
function childEnvironment(): Record<string, string | undefined> {
  const { PATH, HOME, TZ, CHAOS_NODE_OPTIONS } = process.env;
  return { PATH, HOME, TZ, ...(CHAOS_NODE_OPTIONS && { NODE_OPTIONS: CHAOS_NODE_OPTIONS }) };
}
