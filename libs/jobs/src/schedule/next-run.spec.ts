import { ticksOf } from './cron/cron-times.js';
import { boundedRun, ENDED, firstRun, type Bounds } from './next-run.js';

const at = (text: string) => new Date(`2026-05-${text}Z`);
const daily = ticksOf('0 9 * * *', 'UTC');
const UNBOUND: Bounds = { startsAt: null, endsAt: null, timesLeft: null, jitterMs: 0 };

describe('firstRun', () => {
  it('is the first time after now, or from the start on if that is later', () => {
    expect(firstRun(daily, at('01T09:00:00'), UNBOUND)).toEqual({ nextRunAt: at('02T09:00:00'), notBefore: null });
    const startsAt = at('10T09:00:00');
    expect(firstRun(daily, at('01T09:00:00'), { ...UNBOUND, startsAt }).nextRunAt).toEqual(startsAt);
    expect(firstRun(daily, at('20T09:00:00'), { ...UNBOUND, startsAt }).nextRunAt).toEqual(at('21T09:00:00'));
  });

  it('is none after the end, without times, and for a text that names no time', () => {
    expect(firstRun(daily, at('01T09:00:00'), { ...UNBOUND, endsAt: at('02T08:59:59') })).toEqual(ENDED);
    expect(firstRun(daily, at('01T09:00:00'), { ...UNBOUND, endsAt: at('02T09:00:00') })).not.toEqual(ENDED);
    expect(firstRun(daily, at('01T09:00:00'), { ...UNBOUND, timesLeft: 0 })).toEqual(ENDED);
    expect(firstRun(ticksOf('0 0 30 2 *', 'UTC'), at('01T09:00:00'), UNBOUND)).toEqual(ENDED);
  });
});

describe('boundedRun', () => {
  it.each([
    [0, 0],
    [0.5, 30_000],
    [0.999_99, 59_999],
  ])('is late by a share of its jitter (%s)', (random, lateMs) => {
    const nextRunAt = at('02T09:00:00');
    const { notBefore } = boundedRun(daily, nextRunAt, { ...UNBOUND, jitterMs: 60_000 }, random);
    expect(notBefore!.getTime() - nextRunAt.getTime()).toBe(lateMs);
  });

  it('is late by no more than half of the way to the next time', () => {
    const nextRunAt = at('02T09:00:00');
    const secondly = ticksOf('* * * * * *', 'UTC');
    const { notBefore } = boundedRun(secondly, nextRunAt, { ...UNBOUND, jitterMs: 86_400_000 }, 0.999_999);
    expect(notBefore!.getTime() - nextRunAt.getTime()).toBeLessThanOrEqual(500);
  });
});
