import { nowMs, sleep } from '../lab/clock.mjs';
import { LARGE_TEXT, LARGE_VALUE } from './large-values.mjs';

const IO_MS = 5;
const FAILING = 10;

/** The handlers. Each takes the tally and returns `handle(payload)`, which returns a promise only if it waits. */
export const behaviours = {
  noop: (tally) => () => {
    tally.started();
    tally.done();
  },
  io: (tally) => async () => {
    tally.started();
    await sleep(IO_MS);
    tally.done();
  },
  /** One job in ten fails at its first run in this process. */
  failOnce: (tally) => {
    const seen = new Set();
    return ({ i }) => {
      tally.started();
      if (i % FAILING === 0 && !seen.has(i)) {
        seen.add(i);
        throw new Error('fails once');
      }
      tally.done();
    };
  },
  /** Records the time from sending the job to its start. */
  stamp:
    (tally) =>
    ({ sentMs }) => {
      tally.started();
      tally.latency(nowMs() - sentMs);
      tally.done();
    },
  /** Jobs of the largest allowed size, by kind, beside small ones. Only the large ones are counted. */
  large:
    (tally) =>
    async ({ kind, sentMs }) => {
      tally.started();
      if (sentMs !== undefined) return tally.latency(nowMs() - sentMs);
      if (kind === 'works') await sleep(IO_MS);
      tally.done();
      if (kind === 'errors') throw new Error(LARGE_TEXT);
      if (kind === 'nested errors') throw manyErrors();
      return kind === 'payloads' ? undefined : LARGE_VALUE;
    },
  /** Reports the start of the job at once, and keeps it running for `holdMs` milliseconds. */
  announce:
    (tally) =>
    async ({ sentMs, holdMs = 0 }) => {
      tally.started();
      tally.report('started', { sentMs, latencyMs: nowMs() - sentMs });
      if (holdMs > 0) await sleep(holdMs);
      tally.done();
    },
};

function manyErrors() {
  const errors = Array.from({ length: 10 }, () => new Error(LARGE_TEXT));
  return new AggregateError(
    errors.map((error) => new AggregateError([error, ...errors], LARGE_TEXT)),
    LARGE_TEXT,
  );
}
