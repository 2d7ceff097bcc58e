import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Journal } from '../child/journal.js';
import type { LedgerPayload, Order } from '../child/producer.js';
import { eventually } from '../../support/eventually.js';
import type { Check, Scale } from './terms.js';
import type { Child } from './child.js';
import { judge, recovery, type Recovery, type Verdict } from './checker.js';
import { Cluster } from './cluster.js';
import { Fleet, type StartOptions } from './fleet.js';
import { countNoted, createLedger, loadLedger, type Wanted } from './ledger.js';
import { Load } from './load.js';
import { mountMemoryDisk, unmountMemoryDisk } from './memory-disk.js';
import type { Plan } from './plan.js';

export interface StageOptions {
  folder: string;
  plan: Plan;
  scale: Scale;
  /** Faults to inject. */
  faults: number;
  settings: readonly string[];
  /** The size of a disk in memory for the cluster's files, if they shall have one. */
  tmpfsMiB: number | undefined;
  tell: (line: string) => void;
  signal: AbortSignal;
}

/** What one scenario works with: a cluster and processes of its own, and the account of what happened. */
export class Stage {
  readonly checks: Check[] = [];
  readonly figures: Record<string, number> = {};
  readonly injected: Record<string, number> = {};
  readonly loads: Load[] = [];
  /** From now on, processes end because the scenario does. */
  closing = false;
  private readonly enqueued: string[] = [];
  private readonly closers: (() => unknown)[] = [];
  private readonly journal: Journal;

  private constructor(
    readonly options: StageOptions,
    private current: Cluster,
    readonly fleet: Fleet,
  ) {
    this.journal = new Journal(join(fleet.journals, 'harness.tsv'), 'harness');
  }

  static async open(options: StageOptions): Promise<Stage> {
    for (const name of ['journals', 'logs']) await mkdir(join(options.folder, name), { recursive: true });
    const disk = diskOf(options);
    if (options.tmpfsMiB !== undefined) await mountMemoryDisk(disk, options.tmpfsMiB);
    const cluster = await Cluster.create(join(disk, 'postgres'), options.settings);
    await createLedger(cluster).catch(async (error: unknown) => {
      await cluster.remove();
      throw error;
    });
    return new Stage(options, cluster, new Fleet(options.folder, cluster.url));
  }

  get cluster(): Cluster {
    return this.current;
  }

  /** After a failover: the one that has been crashed is no longer of interest. */
  replaceCluster(cluster: Cluster): void {
    const former = this.current;
    this.current = cluster;
    this.onClose(() => former.remove());
  }

  get plan(): Plan {
    return this.options.plan;
  }

  get faults(): number {
    return this.options.faults;
  }

  get folder(): string {
    return this.options.folder;
  }

  /** Where the cluster's files are. */
  get disk(): string {
    return diskOf(this.options);
  }

  tell(line: string): void {
    this.options.tell(line);
  }

  /** Lets time pass in a plan of faults. To wait for something to become true, there is `until`. */
  async pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.options.signal });
  }

  /** Waits for a condition, and turns one that does not come true into a check that failed. */
  async until(what: string, probe: () => Promise<boolean> | boolean, timeoutMs: number): Promise<number> {
    const startedMs = performance.now();
    const held = await eventually(async () => this.options.signal.aborted || (await probe()), {
      timeoutMs,
      intervalMs: 50,
    }).then(
      () => true,
      () => false,
    );
    this.options.signal.throwIfAborted();
    const tookMs = performance.now() - startedMs;
    if (!held) this.check(`${what} within ${timeoutMs / 1_000} s`, false, 'it did not');
    return tookMs;
  }

  check(what: string, held: boolean, seen: string | number): void {
    this.checks.push({ what, held, seen: String(seen) });
    if (!held) this.tell(`broken: ${what} (${seen})`);
  }

  /** Counts a fault that has happened; said when it is proven, not when it is meant. */
  inject(fault: string, count = 1): void {
    this.injected[fault] = (this.injected[fault] ?? 0) + count;
  }

  /** Enqueues as a service in another language does: by one statement. */
  async enqueue(count: number, payload: LedgerPayload, options: { maxAttempts?: number; delayMs?: number } = {}) {
    const { maxAttempts = 5, delayMs = 0 } = options;
    const rows = await this.cluster.query<{ id: string }>(
      `insert into jobs (type, payload, max_attempts, scheduled_at)
       select 'ledger', $2::jsonb, $3, now() + $4 * interval '1 millisecond' from generate_series(1, $1) returning id`,
      [count, JSON.stringify(payload), maxAttempts, delayMs],
    );
    const ids = rows.map(({ id }) => id);
    this.acknowledge(ids);
    return ids;
  }

  /** Jobs that a scenario has enqueued by itself and knows to be there: these must not get lost either. */
  acknowledge(ids: Iterable<string>): void {
    this.enqueued.push(...ids);
  }

  /** How many times processes have noted something so far, such as `start` or `signal`. */
  noted(kind: string, wanted?: Wanted): Promise<number> {
    return countNoted(this.fleet.journals, kind, wanted);
  }

  /** Ends a worker as a crash of its machine does. */
  async kill(worker: Child): Promise<void> {
    const exit = await worker.end('SIGKILL');
    this.note('died', worker.label);
    if (exit === 'SIGKILL') this.inject('SIGKILL');
  }

  /** Ends a worker that is needed no more: no fault, and whoever takes over its jobs may know when it went. */
  async retire(worker: Child, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    await worker.end(signal);
    this.note('died', worker.label);
  }

  note(kind: string, detail: string): void {
    this.journal.note(kind, {}, detail);
  }

  async produce(order: Order, options: StartOptions = {}): Promise<Load> {
    const load = new Load(await this.fleet.startProducer(options), order);
    this.loads.push(load);
    return load;
  }

  /** Waits until every job has ended. */
  async drained(timeoutMs: number): Promise<void> {
    const unfinished = `from jobs where status in ('pending', 'processing', 'blocked')`;
    await this.until('every job ends', async () => (await this.cluster.count(unfinished)) === 0, timeoutMs);
  }

  /** Loads the witnesses' accounts into the tables that checks read. */
  load(): Promise<void> {
    const acked = [...this.enqueued, ...this.loads.flatMap((load) => load.acked)];
    return loadLedger(this.cluster, this.fleet.journals, acked);
  }

  async judge(): Promise<{ verdict: Verdict; recovery: Recovery }> {
    await this.load();
    return { verdict: await judge(this.cluster), recovery: await recovery(this.cluster) };
  }

  /** Undone at the end, last one first, whatever happens. */
  onClose(closer: () => unknown): void {
    this.closers.unshift(closer);
  }

  async close(): Promise<void> {
    this.closing = true;
    await this.fleet.endAll();
    for (const closer of this.closers) await closer();
    await this.cluster.remove();
    this.unmount();
  }

  /** For the end of the process, when there is no time left to wait. */
  abandon(): void {
    this.fleet.kill();
    this.cluster.kill();
    this.unmount();
  }

  private unmount(): void {
    if (this.options.tmpfsMiB !== undefined) unmountMemoryDisk(this.disk);
  }
}

function diskOf({ folder, tmpfsMiB }: StageOptions): string {
  return tmpfsMiB === undefined ? folder : join(folder, 'disk');
}
