// `npm run test:features`: the tests of Monstera's three jobs at full size, which `npm test` runs with a part of it: a month
// of 300 people with outages, 251 reminders with a mail server that takes two seconds, 1,000 downloads, the reports of 60
// months, and 100,000 rows of the Go service. About five minutes.
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

// One after the other: they measure times.
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
