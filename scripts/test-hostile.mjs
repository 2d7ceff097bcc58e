// `npm run test:hostile -- [--runs N] [--seed N] [--listen-unhandled yes|no|both] [--only N,N]`: runs many jobs of hostile
// user code. Prints the seed first. A failure names the number of its input, which `--only` runs alone.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const MAX_SEED = 2 ** 31 - 1;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '20000' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * MAX_SEED)) },
    'listen-unhandled': { type: 'string', default: 'both' },
    only: { type: 'string' },
  },
});
const refuse = (option, wanted) => {
  console.error(`--${option} must be ${wanted}, not ${JSON.stringify(values[option])}`);
  process.exit(1);
};
for (const option of ['runs', 'seed']) if (!/^\d+$/.test(values[option])) refuse(option, 'a whole number');
if (!['yes', 'no', 'both'].includes(values['listen-unhandled'])) refuse('listen-unhandled', 'yes, no or both');
if (values.only && !/^\d+(,\d+)*$/.test(values.only)) refuse('only', 'numbers of inputs with commas between them');

const { runs, seed, 'listen-unhandled': listen, only } = values;
console.log(
  `${only ? `Inputs ${only}` : `${runs} inputs`} with seed ${seed}; ` +
    `one of them alone: npm run test:hostile -- --seed ${seed} --only <its number>`,
);
const { status } = spawnSync(process.execPath, ['node_modules/jest/bin/jest.js', 'test/hostile'], {
  cwd: fileURLToPath(new URL('..', import.meta.url)),
  env: {
    ...process.env,
    HOSTILE_RUNS: runs,
    HOSTILE_SEED: seed,
    HOSTILE_LISTEN: listen,
    ...(only && { HOSTILE_ONLY: only }),
  },
  stdio: 'inherit',
});
process.exit(status ?? 1);
