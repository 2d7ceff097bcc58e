// `npm run test:features`: runs the tests of Monstera's three jobs at full size. `npm test` has smaller sizes. The run
// takes some minutes.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const SIZES = {
  MONSTERA_MONTH_USERS: '300',
  MONSTERA_SLOW_MAIL_MS: '2000',
  MONSTERA_DOWNLOADS: '1000',
  TAKE_OVER_ROWS: '100000',
};
const SPECS = [
  'test/features/simulated-month',
  'test/features/reminders-outage',
  'test/features/monthly-report-downloads',
  'test/features/monthly-report-rebuilds',
  'test/take-over/generated',
];

// In band, because they measure times.
const { status } = spawnSync(
  process.execPath,
  ['node_modules/jest/bin/jest.js', '--runInBand', '--verbose', ...SPECS],
  {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { ...process.env, ...SIZES },
    stdio: 'inherit',
  },
);
process.exit(status ?? 1);
