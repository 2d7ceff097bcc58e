import { once } from 'node:events';
import type pg from 'pg';
import { useOutsideApp } from '../package/outside-app.js';
import { eventually } from '../support/index.js';
import { runCommand, startCommand } from './command.js';
import { useDatabase } from '../support/use-database.js';

const IMPORTS = {
  mjs: (names: string, from: string) => `import { ${names} } from '${from}';`,
  cjs: (names: string, from: string) => `const { ${names} } = require('${from}');`,
};
const EXPORTS = { mjs: 'export { AppModule, OtherModule };', cjs: 'exports.AppModule = AppModule;' };

/** A root module whose own role runs no jobs. */
const appModule = (kind: keyof typeof IMPORTS) => `
  ${IMPORTS[kind]('defineJob, jobsEntities, JobsModule, PermanentJobError, ProcessesJob', '@monstera/jobs')}
  ${IMPORTS[kind]('Injectable, Module', '@nestjs/common')}
  ${IMPORTS[kind]('TypeOrmModule', '@nestjs/typeorm')}
  ${IMPORTS[kind]('z', 'zod')}

  const retry = { initialDelayMs: 3_600_000, maxDelayMs: 3_600_000 };
  const work = defineJob({ type: 'work', queue: 'works', payload: z.object({ ends: z.string() }), maxAttempts: 2, retry });
  class Works {
    async process({ payload }, context) {
      if (payload.ends === 'badly') throw new PermanentJobError('no');
      if (payload.ends === 'later') throw new Error('not now');
      return payload.ends;
    }
  }
  Injectable()(Works);
  ProcessesJob(work)(Works);

  class AppModule {}
  const url = process.env.DATABASE_URL;
  Module({
    imports: [
      TypeOrmModule.forRoot({ type: 'postgres', url, entities: [...jobsEntities], poolSize: 12 }),
      JobsModule.forRoot({ role: 'producer' }),
    ],
    providers: [Works],
  })(AppModule);

  class OtherModule {}
  Module({})(OtherModule);
  ${EXPORTS[kind]}
`;

describe('npx monstera-jobs with the module of an application', () => {
  const app = useOutsideApp();
  const database = useDatabase();
  let client: pg.Client;

  beforeAll(async () => {
    await app.link('zod');
    for (const kind of ['mjs', 'cjs'] as const) await app.write(`dist/app.module.${kind}`, appModule(kind));
    await app.write('dist/broken.mjs', `throw new Error('half a module');`);
    await app.write('dist/app.module.ts', '');
    client = await database.connect();
  });

  beforeEach(() => client.query('truncate jobs, job_queues'));

  const run = (...args: string[]) => runCommand(args, { url: database.url, project: app.path });
  const inModule = (command: string, ...args: string[]) => run(command, '--module', 'dist/app.module.mjs', ...args);

  const add = (ends: string, delay = '0 s') =>
    client.query(
      `insert into jobs (type, queue, payload, scheduled_at, max_attempts)
       values ('work', 'works', $1, now() + $2::interval, 2)`,
      [JSON.stringify({ ends }), delay],
    );

  const statuses = async () => {
    const { rows } = await client.query<{ status: string }>('select status from jobs order by status');
    return rows.map(({ status }) => status);
  };

  describe('run-until-empty', () => {
    it.each(['mjs', 'cjs'])(
      'runs what is due, and leaves what is for later: dist/app.module.%s',
      async (kind) => {
        for (const ends of ['well', 'well', 'later']) await add(ends);
        await add('well', '1 day');

        const args = ['run-until-empty', '--module', `./dist/app.module.${kind}#AppModule`, '--json'];
        const { exit, stdout, stderr } = await run(...args);

        expect(JSON.parse(stdout)).toEqual({
          empty: true,
          paused: [],
          pausedTypes: [],
          nextDueInMs: expect.any(Number),
          runs: { completed: 2, retried: 1, failed: 0, cancelled: 0, snoozed: 0, handed_back: 0, lost: 0 },
          unknownTypes: [],
        });
        expect(exit).toBe(0);
        expect(stderr).toContain('Working on default, works');
        expect(await statuses()).toEqual(['completed', 'completed', 'pending', 'pending']);
      },
      60_000,
    );

    it('ends with 1 if jobs failed', async () => {
      for (const ends of ['well', 'badly']) await add(ends);
      const { exit, stdout } = await inModule('run-until-empty');
      expect(exit).toBe(1);
      expect(stdout).toBe('Runs: 1 completed, 1 failed.\nNo job is due.\n');
    }, 60_000);

    it('takes only from the given queue, and knows a name that is misspelt', async () => {
      await add('well');
      await client.query(`insert into jobs (type, queue, payload) values ('work', 'default', '{"ends":"well"}')`);
      expect(await inModule('run-until-empty', '--queue', 'default')).toMatchObject({ exit: 0 });
      expect(await statuses()).toEqual(['completed', 'pending']);
      const { exit, stdout, stderr } = await inModule('run-until-empty', '--queue', 'work');
      expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
      expect(stderr).toContain('JOBS_UNKNOWN_QUEUE');
      expect(stderr).toContain('Did you mean "works"?');
      const unlike = await inModule('run-until-empty', '--queue', 'zzz');
      expect(unlike).toMatchObject({ exit: 2, stdout: '', stderr: expect.stringContaining('JOBS_UNKNOWN_QUEUE') });
      expect(unlike.stderr).toContain('Its job types have the queues: ');
    }, 60_000);

    it('ends with 1 if jobs are due in a paused queue or of a paused type, or at its time limit', async () => {
      await add('well');
      await client.query(`insert into job_queues (name, paused_at) values ('works', now())`);
      const paused = await inModule('run-until-empty');
      expect(paused).toMatchObject({ exit: 1, stdout: expect.stringContaining('in paused queues: works') });

      await client.query(`truncate job_queues; update job_types set paused_at = now() where type = 'work'`);
      const type = await inModule('run-until-empty');
      expect(type).toMatchObject({ exit: 1, stdout: expect.stringContaining('of paused types: work.') });

      await client.query('truncate jobs; update job_types set paused_at = null');
      await add('well', '1 day');
      const late = await inModule('run-until-empty', '--wait-for-delayed', '--timeout', '100ms');
      expect(late).toMatchObject({ exit: 1, stdout: expect.stringContaining('before all jobs were done') });
      expect(late.stdout).toContain('The next job is due in 24 h');
    }, 60_000);
  });

  describe('worker', () => {
    it('runs jobs until SIGTERM, and ends with 0 when they have', async () => {
      const child = startCommand(['worker', '--module', 'dist/app.module.mjs', '--concurrency', '3'], {
        url: database.url,
        project: app.path,
      });
      let stdout = '';
      child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
      child.stderr.resume();
      await add('well');
      await eventually(async () => expect(await statuses()).toEqual(['completed']), { timeoutMs: 20_000 });
      const { rows } = await client.query('select slots from job_workers order by started_at desc limit 1');
      expect(rows).toEqual([{ slots: 3 }]);
      child.kill('SIGTERM');
      expect(await once(child, 'close')).toEqual([0, null]);
      expect(stdout).toBe('');
    }, 60_000);

    it('warns of a queue that nobody knows, and takes its first job once there is one', async () => {
      const args = ['worker', '--module', 'dist/app.module.mjs', '--queue', 'zzz'];
      const child = startCommand(args, { url: database.url, project: app.path });
      let stderr = '';
      child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
      const warning = 'No job type of the application has the queue "zzz", and no job is in it.';
      await eventually(() => expect(stderr).toContain(warning), { timeoutMs: 20_000 });
      await client.query(`insert into jobs (type, queue, payload) values ('work', 'zzz', '{"ends":"well"}')`);
      await eventually(async () => expect(await statuses()).toEqual(['completed']), { timeoutMs: 20_000 });
      child.kill('SIGTERM');
      expect(await once(child, 'close')).toEqual([0, null]);
    }, 60_000);
  });

  it.each([
    ['a file that is not there', ['--module', 'dist/nothing.js'], 2, 'JOBS_MODULE_NOT_FOUND'],
    ['TypeScript', ['--module', 'dist/app.module.ts'], 2, 'JOBS_MODULE_NOT_COMPILED'],
    ['a name that is not exported', ['--module', 'dist/app.module.mjs#Root'], 2, 'It exports AppModule, OtherModule.'],
    ['a file that throws', ['--module', 'dist/broken.mjs'], 1, 'half a module'],
    ['a module without jobs', ['--module', 'dist/app.module.mjs#OtherModule'], 2, 'JOBS_MODULE_WITHOUT_JOBS'],
    ['no file at all', [], 2, 'app.module.js'],
    ['another database', ['--module', 'dist/app.module.mjs', '--database-url', 'postgresql://x'], 2, '--database-url'],
  ])(
    'refuses %s',
    async (_, args, code, said) => {
      const { exit, stdout, stderr } = await run('run-until-empty', ...args);
      expect({ exit, stdout }).toEqual({ exit: code, stdout: '' });
      expect(stderr).toContain(said);
      expect(stderr).not.toMatch(/^\s+at /m);
    },
    60_000,
  );
});
