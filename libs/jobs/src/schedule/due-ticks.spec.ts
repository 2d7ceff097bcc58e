import fc from 'fast-check';
import { ticksOf } from './cron/cron-times.js';
import { dueTick } from './due-ticks.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const at = (text: string) => new Date(`2026-05-${text}Z`);
const daily = ticksOf('0 9 * * *', 'UTC');

/** A schedule that fires every `periodMs`, `offsetMs` after the full hour. */
const every = (periodMs: number, offsetMs: number) => (after: Date) =>
  new Date((Math.floor((after.getTime() - offsetMs) / periodMs) + 1) * periodMs + offsetMs);

describe('dueTick', () => {
  it.each(['none', 'latest', 'all'] as const)('fires a tick that is due now (%s)', (catchUp) => {
    expect(dueTick(catchUp, at('01T09:00:00'), at('01T09:00:02'), daily)).toEqual({
      plannedAt: at('01T09:00:00'),
      nextRunAt: at('02T09:00:00'),
    });
  });

  describe('after ten days without a worker', () => {
    const missedSince = at('01T09:00:00');
    const now = at('11T08:00:00');

    it('makes up the latest tick once and plans the next one with "latest"', () => {
      expect(dueTick('latest', missedSince, now, daily)).toEqual({
        plannedAt: at('10T09:00:00'),
        nextRunAt: at('11T09:00:00'),
      });
    });

    it('drops them all and plans the next one with "none"', () => {
      expect(dueTick('none', missedSince, now, daily)).toEqual({ plannedAt: null, nextRunAt: at('11T09:00:00') });
    });

    it('makes up one after the other with "all"', () => {
      const fired: Date[] = [];
      for (let run = missedSince; run <= now;) {
        const { plannedAt, nextRunAt } = dueTick('all', run, now, daily);
        fired.push(plannedAt!);
        run = nextRunAt;
      }
      expect(fired).toHaveLength(10);
      expect([fired[0], fired[9]]).toEqual([at('01T09:00:00'), at('10T09:00:00')]);
    });
  });

  describe('with the last so many', () => {
    const missedSince = at('01T09:00:00');
    const firedBy = (last: number, now: Date) => {
      const fired: Date[] = [];
      for (let run = missedSince; run <= now;) {
        const { plannedAt, nextRunAt } = dueTick({ last }, run, now, daily);
        fired.push(plannedAt!);
        run = nextRunAt;
      }
      return fired;
    };

    it('makes up for these, oldest first', () => {
      expect(firedBy(3, at('11T08:00:00'))).toEqual([at('08T09:00:00'), at('09T09:00:00'), at('10T09:00:00')]);
      expect(firedBy(1, at('11T08:00:00'))).toEqual([at('10T09:00:00')]);
    });

    it('makes up for all if there are fewer', () => {
      expect(firedBy(5, at('02T10:00:00'))).toEqual([at('01T09:00:00'), at('02T09:00:00')]);
    });

    it('takes no next run for the last times before now', () => {
      expect(dueTick({ last: 2 }, null, at('05T10:00:00'), daily).plannedAt).toEqual(at('04T09:00:00'));
    });
  });

  it.each(['latest', 'all', { last: 3 }] as const)('fires no tick after the end (%s)', (catchUp) => {
    const { plannedAt } = dueTick(catchUp, at('01T09:00:00'), at('11T08:00:00'), daily, at('01T12:00:00'));
    expect(plannedAt).toEqual(at('01T09:00:00'));
  });

  it('looks at few ticks of one that fires every second of a month, two months later', () => {
    let looked = 0;
    const inMay = ticksOf('* * * * 5 *', 'UTC');
    const counted = (after: Date) => {
      looked++;
      return inMay(after);
    };
    const now = new Date('2026-07-01T00:00:00Z');
    expect(dueTick('latest', at('01T00:00:00'), now, counted).plannedAt).toEqual(at('31T23:59:59'));
    expect(looked).toBeLessThan(100);
  });

  it.each(['none', 'latest', 'all'] as const)('takes no next run for the last time before now (%s)', (catchUp) => {
    expect(dueTick(catchUp, null, at('01T09:00:30'), daily)).toEqual({
      plannedAt: at('01T09:00:00'),
      nextRunAt: at('02T09:00:00'),
    });
  });

  it.each([
    ['none', 0],
    ['latest', 0],
    ['all', -1],
  ] as const)('refuses a next time that is not later (%s)', (catchUp, stepMs) => {
    const stuck = (after: Date) => new Date(after.getTime() + stepMs);
    expect(() => dueTick(catchUp, at('01T09:00:00'), at('01T09:00:02'), stuck)).toThrow(/JOBS_SCHEDULE_STUCK/);
  });

  it('still fires with "none" what is at most a minute late', () => {
    expect(dueTick('none', at('01T09:00:00'), at('01T09:01:00'), daily).plannedAt).toEqual(at('01T09:00:00'));
    expect(dueTick('none', at('01T09:00:00'), at('01T09:01:01'), daily).plannedAt).toBeNull();
  });

  it('fires with "none" the tick that is due now, whatever was missed before it', () => {
    expect(dueTick('none', at('01T09:00:00'), at('05T09:00:30'), daily).plannedAt).toEqual(at('05T09:00:00'));
  });

  it.each([
    ['every second, down for a month', 1_000, at('31T12:00:00'), at('31T12:00:00')],
    ['every hour, down for a month', HOUR_MS, at('31T12:30:00'), at('31T12:00:00')],
    ['every second, down for a minute', 1_000, at('01T00:01:00'), at('01T00:01:00')],
  ])('looks at few ticks of a schedule of %s', (_, periodMs, now, latest) => {
    let looked = 0;
    const counted = (after: Date) => {
      looked++;
      return every(periodMs, 0)(after);
    };
    expect(dueTick('latest', at('01T00:00:00'), now, counted).plannedAt).toEqual(latest);
    expect(looked).toBeLessThan(20);
  });

  it('finds, for every schedule and downtime, the last tick that is not after now, and plans the one after it', () => {
    const cases = fc.record({
      periodMs: fc.integer({ min: 1_000, max: 40 * DAY_MS }),
      offsetMs: fc.nat(40 * DAY_MS),
      startMs: fc.integer({ min: 1_700_000_000_000, max: 1_800_000_000_000 }),
      downMs: fc.oneof(fc.nat(10_000), fc.nat(HOUR_MS), fc.nat(400 * DAY_MS)),
    });
    fc.assert(
      fc.property(cases, ({ periodMs, offsetMs, startMs, downMs }) => {
        const next = every(periodMs, offsetMs);
        const nextRunAt = next(new Date(startMs));
        const now = new Date(nextRunAt.getTime() + downMs);
        const tick = dueTick('latest', nextRunAt, now, next);
        expect(tick.plannedAt!.getTime()).toBeLessThanOrEqual(now.getTime());
        expect(tick.plannedAt!.getTime()).toBeGreaterThanOrEqual(nextRunAt.getTime());
        expect(tick.nextRunAt.getTime()).toBeGreaterThan(now.getTime());
        expect(next(tick.plannedAt!)).toEqual(tick.nextRunAt);
      }),
    );
  });
});
