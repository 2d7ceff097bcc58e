import type { JobsModuleOptions } from '@monstera/jobs';
import { join } from 'node:path';
import { Child } from './child.js';

export interface StartOptions {
  /** Options of `JobsModule`; the rest are the defaults that users get. */
  jobs?: JobsModuleOptions;
  /** Another way to the database, such as through a proxy. */
  url?: string;
  env?: Record<string, string>;
  /** Connections of the host application. */
  poolSize?: number;
}

/** The processes of one scenario. */
export class Fleet {
  private readonly children: Child[] = [];
  private started = 0;

  constructor(
    private readonly folder: string,
    private readonly url: string,
  ) {}

  get journals(): string {
    return join(this.folder, 'journals');
  }

  /** Workers that run. */
  get workers(): Child[] {
    return this.children.filter(({ exit, label }) => exit === null && label.startsWith('worker'));
  }

  /** Starts workers and waits until they work. */
  start(count: number, options: StartOptions = {}): Promise<Child[]> {
    return Promise.all(Array.from({ length: count }, () => this.launch('worker', options).ready()));
  }

  startProducer(options: StartOptions = {}): Promise<Child> {
    return this.launch('producer', { ...options, jobs: { ...options.jobs, role: 'producer' } }).ready();
  }

  /** As `start`, for one process, without waiting. */
  launch(role: 'worker' | 'producer', { jobs = {}, url = this.url, env = {}, poolSize = 4 }: StartOptions): Child {
    const label = `${role}${++this.started}`;
    const journal = join(this.journals, `${label}.tsv`);
    const log = join(this.folder, 'logs', `${label}.log`);
    const child = new Child({ url, label, journal, log, env, jobs, poolSize });
    this.children.push(child);
    return child;
  }

  /** Processes that ended although nobody ended them. */
  get deserters(): string[] {
    return this.children
      .filter(({ exit, expectedToEnd }) => exit !== null && !expectedToEnd)
      .map(({ label, exit }) => `${label} ended by itself (${exit})`);
  }

  /** Everything that the workers wrote, for counting lines. */
  async output(): Promise<string> {
    return (await Promise.all(this.children.map((child) => child.logged()))).join('\n');
  }

  async endAll(): Promise<void> {
    await Promise.all(this.children.filter(({ exit }) => exit === null).map((child) => child.end('SIGKILL')));
  }

  /** For the end of the process, when there is no time left to wait. */
  kill(): void {
    for (const child of this.children) if (child.exit === null) child.signal('SIGKILL');
  }
}
