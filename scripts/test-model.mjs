// `npm run test:model -- [--histories N] [--seed N] [--path P]`: runs the model-based tests with many histories. Prints
// the seed first, so that any run can be repeated. A failure prints the seed and path of its counter-example.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const MAX_SEED = 2 ** 31 - 1;

const { values } = parseArgs({
  options: {
    histories: { type: 'string', default: '10000' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * MAX_SEED)) },
    path: { type: 'string' },
  },
});
for (const name of ['histories', 'seed'])
  if (!/^-?\d+$/.test(values[name])) {
    console.error(`--${name} must be a whole number, not ${JSON.stringify(values[name])}`);
    process.exit(1);
  }

const { histories, seed, path } = values;
console.log(
  `${histories} histories with seed ${seed}; the same again: npm run test:model -- --histories ${histories} --seed ${seed}`,
);
const { status } = spawnSync(process.execPath, ['node_modules/jest/bin/jest.js', 'test/model'], {
  cwd: fileURLToPath(new URL('..', import.meta.url)),
  env: { ...process.env, MODEL_HISTORIES: histories, MODEL_SEED: seed, ...(path && { MODEL_PATH: path }) },
  stdio: 'inherit',
});
process.exit(status ?? 1);
