import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { withServer } from '../support/server-connection.js';
import { useDatabase } from '../support/use-database.js';
import { useAppFolder } from '../support/app-process.js';

const production = { NODE_ENV: 'production' };

describe('a start that cannot work', () => {
  const folder = useAppFolder();

  it('names every bad variable at once and starts nothing', async () => {
    const env = { PORT: 'http', JOBS_CONCURRENCY: '0', TZ_SCHEDULES: 'Mars/Olympus' };

    const { exit, output } = await folder.run({ env });

    expect(exit).toBe(1);
    expect(output).toContain('MONSTERA_INVALID_ENVIRONMENT');
    expect(output).toContain('- PORT must be a whole number from 0 to 65535; it is "http"');
    expect(output).toContain('- JOBS_CONCURRENCY must be a whole number from 1 to 1000; it is "0"');
    expect(output).toContain('- TZ_SCHEDULES must be an IANA time zone such as Asia/Tokyo; it is "Mars/Olympus"');
    expect(existsSync(join(folder.path, '.data'))).toBe(false);
  });

  it.each(['scripts/start.mjs', 'apps/worker/dist/main.js', 'scripts/migrate.mjs'])(
    'wants DATABASE_URL in production, with the command to run (%s)',
    async (script) => {
      const { exit, output } = await folder.run({ script, env: production });

      expect(exit).toBe(1);
      expect(output).toContain('DATABASE_URL=postgresql://user:password@host:5432/database npm start');
      expect(existsSync(join(folder.path, '.data'))).toBe(false);
    },
  );

  it('says that a separate worker needs a database that others can use too', async () => {
    const { exit, output } = await folder.run({ script: 'apps/worker/dist/main.js' });

    expect(exit).toBe(1);
    expect(output).toContain('MONSTERA_DATABASE_URL_MISSING');
  });

  it('names the server that does not answer, without the password', async () => {
    const DATABASE_URL = 'postgresql://monstera:hunter2@127.0.0.1:1/monstera';

    const { exit, output } = await folder.run({ env: { DATABASE_URL } });

    expect(exit).toBe(1);
    expect(output).toContain('MONSTERA_DATABASE_UNREACHABLE: No connection to the database monstera on 127.0.0.1:1.');
    expect(output).not.toContain('hunter2');
  });
});

describe('production with an outdated schema', () => {
  const folder = useAppFolder();
  const database = useDatabase({ migrated: false });
  const env = () => ({ ...production, DATABASE_URL: database.url });

  it('stops with the command to run, changes nothing, and starts once that has been run', async () => {
    const refused = await folder.run({ env: env() });
    expect(refused.exit).toBe(1);
    expect(refused.output).toContain('JOBS_SCHEMA_OUTDATED');
    expect(refused.output).toContain('Run: npm run migration:run');
    expect(await tables()).toBe(0);

    const migrations = await Promise.all([1, 2].map(() => migrate()));
    expect(migrations.map(({ exit }) => exit)).toEqual([0, 0]);
    expect(migrations.map(({ output }) => output.includes('Ran CreateJobs')).sort()).toEqual([false, true]);

    const app = await folder.start({ env: env() });
    expect((await fetch(`${app.address}/health/ready`)).status).toBe(200);
    expect(await app.end('SIGTERM')).toBe(0);
  }, 60_000);

  function migrate() {
    return folder.run({ script: 'scripts/migrate.mjs', env: env() });
  }

  async function tables(): Promise<number> {
    const count = `select count(*)::int as tables from pg_tables where schemaname = 'public'`;
    return withServer(database.url, async (client) => (await client.query(count)).rows[0].tables);
  }
});
