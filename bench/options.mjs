import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { namedIn, numberOption } from '../test/lab/option-values.ts';
import { checkoutAt, DEFAULTS, findContenders } from './contenders.mjs';
import { SCENARIOS } from './scenarios/index.mjs';

export const USAGE = `npm run bench -- [options]

  --only drain,enqueue      scenarios: ${SCENARIOS.map(({ name }) => name).join(', ')}; default all
  --contenders ours,peer    groups or ids (see bench/contenders.mjs); default: those of each scenario
  --against DIR[,DIR]       built checkouts of earlier commits: measured beside the defaults, with the ratios
  --jobs 20k,100k           sizes for drain; other scenarios take the largest; default: each scenario's own
  --runs 3                  rounds; medians and ranges are taken over them
  --seconds N               length of what runs for a time: enqueue 4, latency 30, steady 30, herd 20, idle 120
  --limit N                 a drain is cut short after so many seconds: 60, snapshot and memory 180
  --workers N               workers of the scenario "herd": 30
  --rate N                  jobs per second of the scenario "herd": 50
  --scale 0.1               share of the 2.1M rows beside which the scenario "size" drains
  --json FILE               writes everything measured; updated after each round
  --plots                   draws docs/plots/*.svg
  --from FILE               measures nothing: tables and plots of an earlier run's JSON
  --data DIR                where the servers keep their files; default ${tmpdir()}
  --smoke                   a few seconds that show that the benchmark itself works
  --help`;

const DEFINITION = /** @type {const} */ ({
  only: { type: 'string' },
  contenders: { type: 'string' },
  against: { type: 'string' },
  jobs: { type: 'string' },
  runs: { type: 'string', default: '3' },
  seconds: { type: 'string' },
  limit: { type: 'string' },
  scale: { type: 'string' },
  workers: { type: 'string' },
  rate: { type: 'string' },
  json: { type: 'string' },
  plots: { type: 'boolean', default: false },
  from: { type: 'string' },
  data: { type: 'string', default: tmpdir() },
  smoke: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
});

const SMOKE = { only: 'drain,looks', contenders: 'ours', jobs: '2k', runs: '1' };

/** Throws an error that names the invalid option. */
export function readOptions(argv) {
  const { values } = parseArgs({ args: argv, options: DEFINITION });
  /** @type {typeof values} */
  const given = values.smoke ? { ...values, ...SMOKE } : values;
  const contenders = contendersOf(given);
  return {
    ...given,
    scenarios: given.only ? namedIn(SCENARIOS, '--only', String(given.only), USAGE) : SCENARIOS,
    contenders: values.smoke ? contenders?.slice(0, 1) : contenders,
    jobs: given.jobs && list(given.jobs).map((text) => count('--jobs', text)),
    // The figures of a smoke run do not matter, so commits need not reach the disk.
    settings: given.smoke ? ['fsync=off'] : [],
    runs: count('--runs', given.runs),
    seconds: given.seconds && positive('--seconds', given.seconds),
    limitSeconds: given.limit && positive('--limit', given.limit),
    workers: given.workers && count('--workers', given.workers),
    rate: given.rate && count('--rate', given.rate),
    scale: given.scale && positive('--scale', given.scale),
  };
}

function contendersOf({ contenders, against }) {
  if (!against) return contenders && findContenders(list(contenders));
  const named = contenders ? findContenders(list(contenders)) : [DEFAULTS];
  return [...named, ...list(against).map(checkoutAt)];
}

const list = (text) => text.split(',').filter(Boolean);

/** Parses counts such as `20000`, `20k` or `1M`. */
function count(option, text) {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)([kM]?)$/.exec(text) ?? [];
  const value = Number(digits) * { k: 1_000, M: 1_000_000, '': 1 }[unit ?? ''];
  if (!Number.isInteger(value) || value < 1)
    throw new Error(`${option}: "${text}" is no count such as 2000, 20k or 1M.`);
  return value;
}

const positive = (option, text) => numberOption(option, text, (value) => value > 0);
