// `npm run test:clocks -- [--texts N] [--seed N]`: tests the next tick at every change of every zone's clock, from ten
// years ago to ten years ahead. It compares N random cron texts per change with a search minute by minute. A failure names
// the text, the zone and the time.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const MAX_SEED = 2 ** 31 - 1;

const { values } = parseArgs({
  options: {
    texts: { type: 'string', default: '20' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * MAX_SEED)) },
  },
});
for (const name of ['texts', 'seed'])
  if (!/^\d+$/.test(values[name])) {
    console.error(`--${name} must be a whole number, not ${JSON.stringify(values[name])}`);
    process.exit(1);
  }

const { texts, seed } = values;
console.log(
  `${texts} texts at each change with seed ${seed}; the same again: npm run test:clocks -- --texts ${texts} --seed ${seed}`,
);
const { status } = spawnSync(process.execPath, ['node_modules/jest/bin/jest.js', 'test/clock'], {
  cwd: fileURLToPath(new URL('..', import.meta.url)),
  env: { ...process.env, CLOCK_CHANGES: 'all', CLOCK_TEXTS: texts, CLOCK_SEED: seed },
  stdio: 'inherit',
});
process.exit(status ?? 1);
