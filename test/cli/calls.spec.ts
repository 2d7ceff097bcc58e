import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { runCommand } from './command.js';
import { useCommand } from './use-command.js';

const NOWHERE = 'postgresql://ada:secret@127.0.0.1:1/jobs';
const MAIN = resolve('libs/jobs/dist/cli/main.js');
const { version } = JSON.parse(readFileSync('libs/jobs/package.json', 'utf8')) as { version: string };

describe('a call of npx monstera-jobs', () => {
  const cli = useCommand();

  it('tells its version and how it is used', async () => {
    const [told, help, commandHelp] = await Promise.all([
      runCommand(['--version']),
      runCommand(['--help']),
      runCommand(['list', '--help']),
    ]);
    expect(told).toEqual({ exit: 0, stdout: `${version}\n`, stderr: '' });
    expect(help).toMatchObject({ exit: 0, stdout: expect.stringContaining('Exit codes: 0 fine') });
    expect(commandHelp).toMatchObject({ exit: 0, stdout: expect.stringContaining('--database-url') });
  });

  it('loads neither TypeORM nor Nest to tell how it is used, which take most of the time of a start', async () => {
    const args = ['--import', resolve('test/cli/print-loads.mjs'), MAIN, 'list', '--help'];
    const { stderr } = await promisify(execFile)(process.execPath, args);
    const packages = [...stderr.matchAll(/node_modules\/((?:@[^/\n]+\/)?[^/\n]+)\//g)].map(([, name]) => name!);
    expect(packages).toContain('commander');
    expect(packages.filter((name) => /typeorm|nestjs/.test(name))).toEqual([]);
  });

  it.each([
    ['no command', [], 'Usage: monstera-jobs'],
    ['an unknown command', ['lst'], 'Did you mean list?'],
    ['an unknown option', ['list', '--staus', 'failed'], '--status'],
    ['an argument too many', ['migrate', 'satus'], 'too many arguments'],
    ['no database', ['list'], 'JOBS_NO_DATABASE_URL'],
    ['a URL that is none', ['list', '--database-url', 'secret'], 'JOBS_INVALID_DATABASE_URL'],
    ['shards that are no power of two', ['list', '--shards', '3'], 'power of two'],
    ['a schema that cannot be', ['list', '--database-url', NOWHERE, '--schema', 'pg_x'], 'JOBS_INVALID_SCHEMA'],
  ])('with %s ends with exit code 2', async (_, args, said) => {
    const { exit, stdout, stderr } = await runCommand(args);
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
    expect(stderr).toContain(said);
    expect(stderr).not.toContain('secret');
  });

  it('without a database ends with exit code 3, and keeps its password to itself', async () => {
    const wrong = Object.assign(new URL(cli.url), { password: 'secret' }).href;
    const missing = Object.assign(new URL(cli.url), { pathname: '/nothing_here' }).href;
    const answers = await Promise.all([
      runCommand(['list'], { url: NOWHERE }),
      runCommand(['doctor', '--schema', 'app'], { url: NOWHERE }),
      runCommand(['health', '--json'], { url: NOWHERE }),
      runCommand(['list'], { url: wrong }),
      runCommand(['list'], { url: missing }),
    ]);
    for (const { exit, stdout, stderr } of answers) {
      expect({ exit, stdout }).toEqual({ exit: 3, stdout: '' });
      expect(stderr).toContain('JOBS_DATABASE_UNREACHABLE');
      expect(stderr).not.toContain('secret');
      expect(stderr).not.toMatch(/^\s+at /m);
    }
    expect(JSON.parse(answers[2].stderr)).toMatchObject({ error: { code: 'JOBS_DATABASE_UNREACHABLE' } });
  });

  it('takes the options of all commands before and after the command', async () => {
    const url = ['--database-url', cli.url];
    const [before, after] = await Promise.all([
      runCommand([...url, '--json', 'count']),
      runCommand(['count', ...url, '--json']),
    ]);
    expect(before.stdout).toBe('{"count":0,"capped":false}\n');
    expect(after).toEqual(before);
  });

  it('finds tables in a schema, and says in which there are some', async () => {
    await cli.run('migrate', '--schema', 'app');
    expect(await cli.json('count', '--schema', 'app')).toEqual({ count: 0, capped: false });
    const elsewhere = await cli.run('count', '--schema', 'elsewhere');
    expect(elsewhere).toMatchObject({ exit: 1, stdout: '', stderr: expect.stringContaining('JOBS_SCHEMA_OUTDATED') });
    expect(elsewhere.stderr).toContain('tables of jobs in app, public: give one as --schema');
  });
});
