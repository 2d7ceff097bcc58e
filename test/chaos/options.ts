import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { namedIn, numberOption } from '../lab/option-values.js';
import type { Scale } from './lab/terms.js';
import type { Scenario } from './scenario.js';
import { SCENARIOS } from './scenarios/index.js';

export const USAGE = `npm run chaos -- [options]

  --scenario kill,pause     scenarios, or all of them with --all:
                            ${SCENARIOS.map(({ name }) => name).join(', ')}
  --all                     every scenario, with reduced counts, in less than 40 minutes
  --full                    the counts that the promises speak of
  --smoke                   as small as can be, and only "kill" by default: shows that the harness works
  --faults N                so many faults, whatever the scale says
  --seed N                  decides what happens when and to whom; default: by chance, and printed
  --minutes M               no scenario takes longer; default 30
  --json FILE               writes everything seen
  --data DIR                where the clusters keep their files; default ${tmpdir()}
  --keep                    leaves files, journals and logs behind, and says where
  --help`;

const DEFINITION = {
  scenario: { type: 'string' },
  all: { type: 'boolean', default: false },
  full: { type: 'boolean', default: false },
  smoke: { type: 'boolean', default: false },
  faults: { type: 'string' },
  seed: { type: 'string' },
  minutes: { type: 'string', default: '30' },
  json: { type: 'string' },
  data: { type: 'string', default: tmpdir() },
  keep: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

export interface Options {
  scenarios: readonly Scenario[];
  scale: Scale;
  faults: number | undefined;
  seed: number;
  minutes: number;
  json: string | undefined;
  data: string;
  keep: boolean;
  help: boolean;
}

/** Throws an error whose message says which option is wrong. */
export function readOptions(argv: string[]): Options {
  const { values } = parseArgs({ args: argv, options: DEFINITION });
  const { all, full, smoke, json, data, keep, help } = values;
  return {
    scenarios: chooseScenarios(values.scenario ?? (smoke ? 'kill' : undefined), all || help),
    scale: smoke ? 'smoke' : full ? 'full' : 'reduced',
    faults: values.faults === undefined ? undefined : numberOption('--faults', values.faults, isCount),
    seed: values.seed === undefined ? Math.floor(Math.random() * 1e6) : numberOption('--seed', values.seed, isCount),
    minutes: numberOption('--minutes', values.minutes, isLength),
    json,
    data,
    keep,
    help,
  };
}

function chooseScenarios(given: string | undefined, all: boolean): readonly Scenario[] {
  if (given === undefined && all) return SCENARIOS.filter(({ name }) => name !== 'soak');
  if (given === undefined) throw new Error(`Which scenario? Give --scenario NAME or --all.\n\n${USAGE}`);
  return namedIn(SCENARIOS, '--scenario', given, USAGE);
}

const isCount = (value: number) => Number.isInteger(value) && value >= 0;
const isLength = (value: number) => Number.isFinite(value) && value >= 0;
