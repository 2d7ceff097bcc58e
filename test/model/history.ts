import { isDeepStrictEqual } from 'node:util';
import { byId, claimOf } from './claims.js';
import { actOnMany } from './many-actions.js';
import { PROCESSES, QUEUES, type Operation } from './operations.js';
import { ReferenceFleet } from './reference-fleet.js';
import { ReferenceJobs, type Claim, type Moment } from './reference-jobs.js';
import { differences, stateOf } from './state.js';
import type { RealClaim, System } from './system.js';

/** A claim as both sides remember it. */
interface Held {
  model: Claim;
  real: RealClaim;
}

type Step<T extends Operation['op']> = Extract<Operation, { op: T }>;

/** Runs one history on the model and on the database, step by step, and compares answers and rows after each. */
export class History {
  private readonly jobs = new ReferenceJobs();
  private readonly fleet = new ReferenceFleet(this.jobs);
  private readonly now: Moment = { hour: 0, step: 0 };
  private readonly held: Held[] = [];
  private readonly ids: string[] = [];
  private readonly workers: string[] = [];
  private readonly names = new Map<string, string>();
  private readonly lines: string[] = [];

  constructor(private readonly system: System) {}

  /** Throws with the whole history, in words, at the first difference. */
  async run(operations: readonly Operation[]): Promise<void> {
    await this.system.reset();
    for (let process = 0; process < PROCESSES; process++) await this.start(process);
    for (const operation of operations) {
      this.now.step++;
      await this.apply(operation);
      const expected = this.jobs.all().map((job) => stateOf(job, this.now.hour));
      expected.sort((a, b) => (a.id < b.id ? -1 : 1));
      const found = differences(expected, await this.system.state(), (text) => this.name(text));
      if (found.length > 0) throw this.counterExample(found);
    }
  }

  private apply(operation: Operation): Promise<void> {
    switch (operation.op) {
      case 'enqueue':
        return this.enqueue(operation);
      case 'claim':
        return this.claim(operation);
      case 'settle':
        return this.settle(operation);
      case 'report progress':
        return this.progress(operation);
      case 'renew':
        return this.renew(operation);
      case 'upkeep':
        return this.upkeep(operation);
      case 'stop and start':
        return this.stopAndStart(operation);
      case 'cancel':
        return this.act('cancel', operation.job);
      case 'retry':
        return this.act('retry', operation.job);
      case 'update':
        return this.act('update', operation.job);
      case 'act on many':
        return this.actOnMany(operation);
      case 'cancel late':
        return this.cancelLate(operation);
      case 'read cancelled':
        return this.readCancelled(operation);
      case 'sweep requests':
        return this.sweepRequests();
      case 'prune':
        return this.prune();
      case 'time passes':
        return this.timePasses(operation);
      default:
        return operation satisfies never;
    }
  }

  private async enqueue({ jobs, rolledBack }: Step<'enqueue'>): Promise<void> {
    const answer = await this.system.enqueue(jobs, rolledBack);
    const specs = jobs.map((job) => JSON.stringify(job)).join(', ');
    if (rolledBack) return this.say(`enqueue ${specs}, and roll back`);
    const expected = jobs.map((spec, i) => {
      const holder = this.jobs.holder(spec.queue, spec.uniqueKey);
      if (holder) return { id: holder.id, type: 'it', duplicate: true };
      const id = answer[i]!.id;
      this.names.set(id, `job ${this.ids.push(id)}`);
      this.jobs.add(id, Number.parseInt(id.slice(-4), 16) % 2, spec, { ...this.now });
      return { id, type: 'it', duplicate: false };
    });
    this.compare(`enqueue ${specs}`, expected, answer);
  }

  private async claim({ process, shardOf, limit }: Step<'claim'>): Promise<void> {
    const shard = this.jobs.byId.get(this.pick(this.ids, shardOf) ?? '')?.shard ?? 0;
    const worker = this.workers[process]!;
    const expected = this.jobs.claim(worker, shard, limit, QUEUES, this.now);
    const real = await this.system.claim(worker, shard, limit);
    const claimed = real.map(claimOf).sort(byId);
    this.compare(`${this.name(worker)} claims ${limit} of shard ${shard}`, [...expected].sort(byId), claimed);
    for (const model of expected) this.held.push({ model, real: real.find(({ row }) => row.id === model.id)! });
  }

  private async settle({ claims, late, ending, inTransaction }: Step<'settle'>): Promise<void> {
    const meant = this.held.filter(
      ({ model }) => this.jobs.isRunning(model) !== late && this.jobs.byId.get(model.id)?.worker,
    );
    const from = meant.length > 0 ? meant : this.held;
    const first = this.pick(from, claims[0]!);
    if (!first) return;
    const alone = inTransaction && ending.how === 'returns' && ending.value === undefined;
    const others = alone ? [] : claims.slice(1).flatMap((back) => this.pick(this.held, back) ?? []);
    const batch = [...new Set([first, ...others.filter(({ model }) => model.worker === first.model.worker)])];
    const expected = batch.map(({ model }) => {
      const isLate = !this.jobs.isRunning(model);
      const outcome = this.jobs.settle(model, ending, { ...this.now });
      return alone && isLate ? 'lost' : outcome;
    });
    const real = batch.map((held) => held.real);
    const answer = alone ? [await this.system.completeInTransaction(real[0]!)] : await this.system.settle(real, ending);
    const runs = batch.map(({ model }) => `run ${model.run} of ${this.name(model.id)}`).join(' and ');
    const how = `${JSON.stringify(ending)}${alone ? ' in its transaction' : ''}`;
    this.compare(`${this.name(first.model.worker)} settles ${runs}: ${how}`, expected, answer);
  }

  private async progress({ claim, percent }: Step<'report progress'>): Promise<void> {
    const held = this.pick(this.held, claim);
    if (!held) return;
    this.jobs.progress(held.model, percent);
    await this.system.progress(held.real, percent);
    this.say(`run ${held.model.run} of ${this.name(held.model.id)} reports ${percent} %`);
  }

  private async renew({ process }: Step<'renew'>): Promise<void> {
    const worker = this.workers[process]!;
    const alive = this.fleet.renew(worker);
    this.compare(`${this.name(worker)} renews`, alive, await this.system.renew(worker));
    if (!alive) await this.start(process);
  }

  private async upkeep({ process }: Step<'upkeep'>): Promise<void> {
    const worker = this.workers[process]!;
    const expected = this.fleet.upkeep(process, worker, { ...this.now });
    const answer = await this.system.upkeep(process, worker);
    this.compare(
      `${this.name(worker)} does its upkeep`,
      { ...expected, rescued: expected.rescued.sort() },
      { ...answer, rescued: answer.rescued.sort() },
    );
    if (!expected.alive) await this.start(process);
  }

  private async stopAndStart({ process }: Step<'stop and start'>): Promise<void> {
    const worker = this.workers[process]!;
    this.fleet.retire(worker, this.now);
    await this.system.retire(worker);
    this.say(`${this.name(worker)} signs off`);
    await this.start(process);
  }

  private async act(action: 'cancel' | 'retry' | 'update', back: number): Promise<void> {
    const id = this.pick(this.ids, back);
    if (!id) return;
    this.compare(`${action} ${this.name(id)}`, this.jobs[action](id, { ...this.now }), await this.system[action](id));
  }

  private async actOnMany({ action, jobs }: Step<'act on many'>): Promise<void> {
    const ids = [...new Set(jobs.flatMap((back) => this.pick(this.ids, back) ?? []))];
    if (ids.length === 0) return;
    const { expected, answer } = await actOnMany(action, ids, this.jobs, this.system, this.now);
    this.compare(`${action} ${ids.map((id) => this.name(id)).join(', ')}`, expected, answer);
  }

  private async cancelLate({ job }: Step<'cancel late'>): Promise<void> {
    const id = this.pick(this.ids, job);
    if (!id || !this.jobs.cancelLate(id, this.now)) return;
    await this.system.cancelLate(id, this.jobs.byId.get(id)!.shard);
    this.say(`a cancel of ${this.name(id)} that saw it run is committed`);
  }

  private async sweepRequests(): Promise<void> {
    this.compare('sweep requests', this.jobs.sweepRequests(this.now), await this.system.sweepRequests());
  }

  private async readCancelled({ process }: Step<'read cancelled'>): Promise<void> {
    const worker = this.workers[process]!;
    const own = this.jobs.all().filter((job) => job.worker === worker && job.shard === 0);
    const answer = await this.system.readCancelled(
      0,
      own.map(({ id }) => id),
    );
    const expected = own.filter(({ cancelAskedHour }) => cancelAskedHour !== null).map(({ id }) => id);
    this.compare(`${this.name(worker)} reads what to cancel`, expected.sort(), answer.sort());
  }

  private async prune(): Promise<void> {
    const counts = this.jobs.prune(this.now);
    const workers = this.fleet.prune(this.now);
    this.compare('prune', { ...counts, workers }, await this.system.prune());
  }

  private async timePasses({ hours }: Step<'time passes'>): Promise<void> {
    this.now.hour += hours;
    await this.system.timePasses(hours);
    this.say(`${hours} hours pass`);
  }

  private async start(process: number): Promise<void> {
    const host = `host ${process + 1}`;
    const id = await this.system.register(host);
    this.fleet.register(id, host);
    this.workers[process] = id;
    this.names.set(id, `worker ${[...this.names.values()].filter((name) => name.startsWith('worker')).length + 1}`);
  }

  private pick<T>(from: readonly T[], back: number): T | undefined {
    return from[from.length - 1 - (back % Math.max(from.length, 1))];
  }

  private name(text: string): string {
    return text.replaceAll(
      /"?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"?/g,
      (_, id: string) => this.names.get(id) ?? id,
    );
  }

  private say(line: string): void {
    this.lines.push(line);
  }

  private compare(line: string, expected: unknown, answer: unknown): void {
    this.say(`${line} → ${this.name(JSON.stringify(answer))}`);
    if (isDeepStrictEqual(expected, answer)) return;
    throw this.counterExample([`the answer should be ${this.name(JSON.stringify(expected))}`]);
  }

  private counterExample(differences: string[]): Error {
    const steps = this.lines.map((line, index) => `  ${index + 1}. ${line}`);
    return new Error(`The database and the model differ:\n${steps.join('\n')}\n  ✗ ${differences.join('\n  ✗ ')}`);
  }
}
