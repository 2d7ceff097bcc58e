import { RescueStore } from '../store/stages/rescue.store.js';
import { WorkerStore } from '../store/worker.store.js';
import { lostWorkers } from '../store/sql/lease/lost-workers.sql.js';
import { rescueJobs, type RescuedRow } from '../store/sql/lease/rescue-jobs.sql.js';
import { declareDead, type WorkerRow } from '../store/sql/lease/worker-lease.sql.js';
import type { Executor } from '../store/statement.js';
import { Rescuer } from './rescuer.js';
import { TestClock } from '../../../../test/support/test-clock.js';

const SECOND = 1_000;

/** A simulated fleet. It answers the statements of the rescuer and records them. */
class FakeDatabase implements Executor {
  readonly declared: string[] = [];
  /** The shards that were searched for dead workers. Then, by shard, the workers whose jobs were to be rescued. */
  readonly searched: number[] = [];
  readonly rescuedFrom: string[] = [];
  lost: string[] = [];
  orphans: RescuedRow[][] = [];
  /** How long each statement takes, by the clock of the test, and what it waits for. */
  takesMs = 0;
  answered: Promise<void> = Promise.resolve();
  refuseDeath = false;
  failure: Error | null = null;

  run<Params extends readonly unknown[], Row>({ name }: { name: string }, params: Params): Promise<Row[]> {
    if (this.failure) return Promise.reject(this.failure);
    if (name === declareDead.name) {
      this.declared.push(params.join(' '));
      return Promise.resolve(this.refuseDeath ? [] : [{ id: params[0] } as Row]);
    }
    if (name === lostWorkers.name) {
      this.searched.push(params[0] as number);
      return this.answer(this.lost.map((id) => ({ id }) as Row));
    }
    expect(name).toBe(rescueJobs.name);
    this.rescuedFrom.push(`${String(params[0])}: ${(params[3] as string[]).join()}`);
    return this.answer((this.orphans.shift() ?? []) as Row[]);
  }

  private async answer<Row>(rows: Row[]): Promise<Row[]> {
    await this.answered;
    this.onTime(this.takesMs);
    return rows;
  }

  onTime: (ms: number) => void = () => {};
}

const BATCH = 1_000;

const orphan = (id: string): RescuedRow => ({
  id,
  type: 'greet',
  queue: 'default',
  status: 'pending',
  payload: {},
  run: 1,
  attempts: 1,
  max_attempts: 5,
  error: 'died',
});

describe('Rescuer', () => {
  let clock: TestClock;
  let database: FakeDatabase;
  let rescued: string[];
  let rescuer: Rescuer;

  beforeEach(async () => {
    clock = new TestClock(5_000);
    database = new FakeDatabase();
    database.onTime = (ms) => (clock.nowMs += ms);
    rescued = [];
    rescuer = make();
    await rescuer.runOnce([]);
    database.searched.length = 0;
  });

  function make(shards = 1): Rescuer {
    return new Rescuer({
      clock,
      rescues: new RescueStore(database),
      workers: new WorkerStore(database),
      shards,
      ownId: () => 'own',
      deadAfterMs: 15 * SECOND,
      maxGapMs: 15 * SECOND,
      onRescued: (rows) => rescued.push(...rows.map(({ id }) => id)),
      onRefused: () => {},
    });
  }

  const silent = (seen = 't1'): WorkerRow => ({ id: 'w1', last_seen_at: seen, dead: false, drained: false });
  const dead = (id = 'w1'): WorkerRow => ({ id, last_seen_at: 't1', dead: true, drained: false });

  function after(ms: number, ...workers: WorkerRow[]) {
    clock.nowMs += ms;
    return rescuer.runOnce(workers);
  }

  it('declares a worker dead once it has watched the same lease for 15 s, and not before', async () => {
    for (const pauseMs of [0, 5 * SECOND, 5 * SECOND, 4 * SECOND]) await after(pauseMs, silent());
    expect(database.declared).toEqual([]);
    expect(await after(1 * SECOND, silent())).toEqual({ declaredDead: 1, rescued: 0 });
    expect(database.declared).toEqual(['w1 t1']);
  });

  it('accepts a round that comes a few milliseconds early', async () => {
    await after(0, silent());
    await after(10 * SECOND, silent());
    expect((await after(4_749, silent())).declaredDead).toBe(0);
    expect((await after(1, silent())).declaredDead).toBe(1);
  });

  it('rescues the jobs of dead workers at once and reports each', async () => {
    const batch = Array.from({ length: BATCH }, (_, n) => orphan(`a${n}`));
    database.orphans = [batch, [orphan('b'), orphan('c')]];
    await after(0, silent());
    await after(10 * SECOND, silent());
    expect(await after(5 * SECOND, silent())).toEqual({ declaredDead: 1, rescued: BATCH + 2 });
    expect(rescued).toEqual([...batch.map(({ id }) => id), 'b', 'c']);
    expect(database.rescuedFrom).toEqual(['0: w1', '0: w1']);
  });

  it('does not declare a worker dead that renews its lease, however slowly', async () => {
    for (let round = 0; round < 20; round++) await after(14 * SECOND, silent(`t${round}`));
    expect(database.declared).toEqual([]);
  });

  it('starts the watch again after a gap in its own reads, such as an outage of the database', async () => {
    await after(0, silent());
    await after(10 * SECOND, silent());
    await after(15_001, silent());
    expect((await after(14 * SECOND, silent())).declaredDead).toBe(0);
    expect((await after(1 * SECOND, silent())).declaredDead).toBe(1);
  });

  it('starts the watch again after a failed read, no matter how soon the next one came', async () => {
    await after(0, silent());
    await after(10 * SECOND, silent());
    rescuer.missed();
    await after(4 * SECOND, silent());
    expect((await after(14 * SECOND, silent())).declaredDead).toBe(0);
    expect((await after(1 * SECOND, silent())).declaredDead).toBe(1);
  });

  it('starts the watch again for a worker that was gone in between', async () => {
    await after(0, silent());
    await after(10 * SECOND);
    await after(5 * SECOND, silent());
    expect(database.declared).toEqual([]);
  });

  it('rescues no jobs if the worker has renewed its lease before its death is written', async () => {
    database.refuseDeath = true;
    await after(0, silent());
    await after(10 * SECOND, silent());
    expect(await after(5 * SECOND, silent())).toEqual({ declaredDead: 0, rescued: 0 });
    expect(database.declared).toHaveLength(1);
    expect(database.rescuedFrom).toEqual([]);
    await after(5 * SECOND, silent('t2'));
    expect(database.declared).toHaveLength(1);
  });

  it('sweeps all shards once for a worker that another one declared dead', async () => {
    rescuer = make(3);
    await rescuer.runOnce([]);
    database.orphans = [[], [orphan('a')]];
    expect(await after(5 * SECOND, dead())).toEqual({ declaredDead: 0, rescued: 1 });
    expect(database.rescuedFrom).toEqual(['0: w1', '1: w1', '2: w1']);
    await after(5 * SECOND, dead());
    expect(database.rescuedFrom).toHaveLength(3);
    await after(5 * SECOND, dead(), dead('w2'));
    expect(database.rescuedFrom.slice(3)).toEqual(['0: w2', '1: w2', '2: w2']);
  });

  it('sweeps once more after it declared a worker dead, whose claim may have been under way', async () => {
    await after(0, silent());
    await after(15 * SECOND, silent());
    expect(database.rescuedFrom).toEqual(['0: w1']);
    for (let round = 0; round < 3; round++) await after(5 * SECOND, dead());
    expect(database.rescuedFrom).toEqual(['0: w1', '0: w1']);
  });

  it('searches for workers that died unseen every minute, and whenever one has died', async () => {
    for (let round = 0; round < 11; round++) await after(5 * SECOND);
    expect(database.searched).toEqual([]);
    [database.lost, database.orphans] = [['stranger'], [[orphan('a')]]];
    expect(await after(5 * SECOND)).toEqual({ declaredDead: 0, rescued: 1 });
    expect(database.searched).toEqual([0]);
    expect(database.rescuedFrom).toEqual(['0: stranger']);
    database.lost = [];
    await after(5 * SECOND, dead());
    expect(database.searched).toEqual([0, 0]);
  });

  it('searches more rarely the longer it takes, but rescues jobs of known dead workers at once', async () => {
    database.takesMs = 6 * SECOND;
    await after(60 * SECOND);
    expect(database.searched).toHaveLength(1);
    database.takesMs = 0;
    for (let round = 0; round < 22; round++) await after(5 * SECOND);
    expect(database.searched).toHaveLength(1);
    await after(0, dead());
    expect(database.rescuedFrom).toEqual(['0: w1']);
    expect(database.searched).toHaveLength(1);
    await after(5 * SECOND, dead());
    expect(database.searched).toHaveLength(2);
  });

  it('does not delay its rounds by a long sweep', async () => {
    let answer = (): void => {};
    database.answered = new Promise((resolve) => (answer = resolve));
    database.orphans = [[orphan('a')]];
    expect(await after(5 * SECOND, dead(), silent())).toEqual({ declaredDead: 0, rescued: 0 });
    expect(await after(15 * SECOND, dead(), silent())).toMatchObject({ rescued: 0 });
    expect(database.rescuedFrom).toHaveLength(1);
    answer();
    expect(await after(5 * SECOND, dead())).toMatchObject({ rescued: 1 });
  });

  it('sweeps again in its next round when a sweep fails', async () => {
    database.failure = new Error('no database');
    await expect(after(5 * SECOND, dead())).rejects.toThrow('no database');
    database.failure = null;
    database.orphans = [[orphan('a')]];
    expect(await after(5 * SECOND, dead())).toEqual({ declaredDead: 0, rescued: 1 });
  });
});
