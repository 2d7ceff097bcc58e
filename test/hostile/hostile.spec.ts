import { applicationUrl, poolingOptions } from '../support/pooler.js';
import { runHostile, type ChildReport } from './hostile-process.js';
import { useDatabase } from '../support/use-database.js';

/** `npm run test:hostile` sets these. Inputs are numbered, and a number is the same input for ever with its seed. */
const { HOSTILE_RUNS = '300', HOSTILE_SEED = '1', HOSTILE_LISTEN = 'both', HOSTILE_ONLY } = process.env;
const RUNS = Number(HOSTILE_RUNS);
const SEED = Number(HOSTILE_SEED);
const MAX_SHOWN = 100;
const TIMEOUT_MS = 120_000 + RUNS * 50;

const inputs = HOSTILE_ONLY ? HOSTILE_ONLY.split(',').map(Number) : Array.from({ length: RUNS }, (_, n) => n);
const hosts = [
  { listens: 'no', host: 'a host that does not listen to unhandledRejection' },
  { listens: 'yes', host: 'a host that listens to unhandledRejection' },
].filter(({ listens }) => HOSTILE_LISTEN === 'both' || HOSTILE_LISTEN === listens);

/** One line for each complaint, with the number by which it can be had again. */
function shown({ complaints }: ChildReport): string[] {
  const lines = complaints.map(
    ({ what, example, times }) =>
      `${what}${times > 1 ? ` (${times} times)` : ''}${example === undefined ? '' : `, such as: ${example}`}`,
  );
  const more = lines.length - MAX_SHOWN;
  return more > 0 ? [...lines.slice(0, MAX_SHOWN), `and ${more} more`] : lines;
}

describe.each(hosts)('user code that throws whatever it can, in $host', ({ listens }) => {
  const database = useDatabase();

  it(
    `ends no process, loses no slot, and ends each run exactly once: ${inputs.length} inputs of seed ${SEED}`,
    async () => {
      const report = await runHostile({
        url: applicationUrl(database.url),
        seed: SEED,
        inputs,
        listenUnhandled: listens === 'yes',
        jobs: poolingOptions(database.url),
      });
      expect(shown(report)).toEqual([]);
      expect(report.runs).toBeGreaterThanOrEqual(inputs.length);
    },
    TIMEOUT_MS,
  );
});
