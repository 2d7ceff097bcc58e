import { History } from '../../libs/jobs/src/history/history.js';
import { coverOf } from '../../libs/jobs/src/history/cover.js';
import { LADDER } from '../../libs/jobs/src/history/ladder.js';
import { counts, historyLab, times } from './history-lab.js';
import { systemClock } from '../../libs/jobs/src/support/time/clock.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

describe('keeping history', () => {
  const { store, add, query, rows, sums } = historyLab();
  const keep = (retentionMs = 30 * DAY_MS) =>
    new History({
      store: store(),
      clock: systemClock,
      bus: { subscribe: () => {} },
      retentionMs,
      onError: () => {},
    }).keep();

  /** A row for every `everyMs` of the last `forMs`. */
  async function fill(types: number, everyMs: number, forMs: number): Promise<number> {
    await query(
      `insert into job_stats
         (type, queue, span_s, starts_at, completed, retried, failed, cancelled, wait_ms, run_ms, waits, runs)
       select 'type_' || t, 'default', 60,
         date_bin(interval '1 minute', now() - m * $2::float8 * interval '1 millisecond', timestamptz 'epoch'),
         2, 0, 1, 0, 10, 20, '{0,0,0,0,3}', '{1,0,2}'
       from generate_series(1, $1::int) as t, generate_series(0, $3::int - 1) as m`,
      [types, everyMs, Math.floor(forMs / everyMs)],
    );
    return types * Math.floor(forMs / everyMs);
  }

  it('sums up what is over in longer and longer spans, keeps details for a while, and loses nothing', async () => {
    const filled = await fill(3, 7 * MINUTE_MS, 20 * DAY_MS);
    await keep();

    expect(await sums()).toMatchObject({
      completed: 2 * filled,
      failed: filled,
      waited: 10 * filled,
      waits: 3 * filled,
    });
    const kept = await query<{ span_s: number; oldest_ms: number }>(
      `select span_s, (extract(epoch from now() - min(starts_at)) * 1000)::float8 as oldest_ms
       from job_stats group by 1 order by abs(span_s), span_s`,
    );
    const oldest = new Map(kept.map(({ span_s, oldest_ms }) => [span_s, oldest_ms]));
    expect(oldest.get(86_400)).toBeGreaterThan(19 * DAY_MS);
    for (const [i, { seconds, summedAfterMs, keptMs, askedMs }] of LADDER.slice(0, -1).entries()) {
      const nextMs = LADDER[i + 1]!.seconds * 1_000;
      // None, right after the end of the next length.
      expect(oldest.get(seconds) ?? 0).toBeLessThanOrEqual(summedAfterMs + nextMs + MINUTE_MS);
      expect(oldest.get(-seconds)).toBeLessThanOrEqual(keptMs + MINUTE_MS);
      expect(oldest.get(-seconds)).toBeGreaterThan(askedMs);
    }
    expect(await rows(`span_s = 86400 and type = 'type_1' and starts_at < now() - interval '12 days'`)).toEqual(
      expect.arrayContaining([expect.objectContaining({ waits: expect.arrayContaining([0]), queue: 'default' })]),
    );
  });

  it.each([
    ['an hour', HOUR_MS, MINUTE_MS],
    ['a day', DAY_MS, 10 * MINUTE_MS],
    ['a week', 7 * DAY_MS, HOUR_MS],
    ['15 days', 15 * DAY_MS, DAY_MS],
  ])('tells the same of %s before and after, by type and in steps', async (_, lengthMs, stepMs) => {
    await fill(2, 7 * MINUTE_MS, 20 * DAY_MS);
    const [{ ms: nowMs } = { ms: 0 }] = await query<{ ms: number }>(
      'select (extract(epoch from now()) * 1000)::float8 as ms',
    );
    const fromMs = Math.floor((nowMs - lengthMs) / stepMs) * stepMs;
    const toMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
    const range = (most?: number) => {
      const parts = coverOf(fromMs, toMs, most);
      return { queue: null, from: new Date(fromMs), to: new Date(toMs), parts };
    };
    const seconds = stepMs / 1_000;
    const tell = async () => ({
      types: await store().types(range(), 'runs', 10),
      steps: await store().series('type_1', range(seconds), seconds),
    });
    const before = await tell();
    expect(before.steps.length).toBeGreaterThan(5);
    await keep();
    expect(await tell()).toEqual(before);
    expect((await rows('span_s < 0')).length).toBeGreaterThan(0);
  });

  it('by several workers at once loses nothing', async () => {
    const filled = await fill(20, 3 * MINUTE_MS, 5 * DAY_MS);
    await Promise.all([keep(), keep(), keep()]);
    expect(await sums()).toMatchObject({ completed: 2 * filled, waits: 3 * filled, runs: 3 * filled });
    expect(await rows(`span_s = 60 and starts_at < now() - interval '5 hours'`)).toEqual([]);
  });

  it('adds what is written late to the sums that are there', async () => {
    await fill(1, 10 * MINUTE_MS, DAY_MS);
    await keep();
    const before = await sums();
    await add([counts({ type: 'type_1', completed: 5, waits: times(1) })], 12 * HOUR_MS);
    await keep();
    expect(await sums()).toMatchObject({
      ...before,
      completed: before!['completed']! + 5,
      waits: before!['waits']! + 1,
    });
    expect(await rows(`span_s = 60 and starts_at < now() - interval '5 hours'`)).toEqual([]);
  });

  it('deletes what is older than the retention', async () => {
    await fill(2, DAY_MS / 2, 40 * DAY_MS);
    const deleted = await keep(10 * DAY_MS);
    expect(deleted).toBeGreaterThan(0);
    const [row] = await query<{ oldest: number }>(
      `select extract(epoch from now() - min(starts_at))::float8 / 86400 as oldest from job_stats`,
    );
    expect(row!.oldest).toBeLessThanOrEqual(11);
    expect(row!.oldest).toBeGreaterThan(9);
  });
});
