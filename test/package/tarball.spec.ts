import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { join, resolve } from 'node:path';
import { readPage } from '../docs/markdown.js';
import { ALL_WELL } from '../hosts/all-well.js';
import { tsconfigOf } from '../hosts/shapes.js';
import { buildTypes } from './built-types.js';
import { useOutsideApp } from './outside-app.js';
import { useDatabase } from '../support/use-database.js';

const TSC = resolve('node_modules/typescript/bin/tsc');

/** Boots the application of the page, signs somebody up, and prints the job that this enqueues once it has ended. */
const CHECK = `
  import { JobService } from '@monstera/jobs';
  import { NestFactory } from '@nestjs/core';
  import { setTimeout } from 'node:timers/promises';
  import { AppModule } from './app.module.js';

  const app = await NestFactory.create(AppModule, { logger: false, abortOnError: false });
  await app.listen(0, '127.0.0.1');
  const signUp = async (email: string) => {
    const headers = { 'content-type': 'application/json' };
    return fetch((await app.getUrl()) + '/sign-ups', { method: 'POST', headers, body: JSON.stringify({ email }) });
  };
  const { id } = (await (await signUp('ada@example.com')).json()) as { id: string };
  const refused = (await signUp('nobody')).status;
  let job = await app.get(JobService).get(id);
  while (job && !job.completedAt) {
    await setTimeout(20);
    job = await app.get(JobService).get(id);
  }
  const [live, metrics] = await Promise.all(['health/live', 'metrics'].map(async (path) => fetch((await app.getUrl()) + '/' + path)));
  console.log(JSON.stringify({ job, refused, live: live?.status, metrics: await metrics?.text() }));
  await app.close();
`;

beforeAll(buildTypes, 180_000);

/** An application that has neither metrics nor schedules: prints how its routes answer. */
const BARE = `
  import 'reflect-metadata';
  import { jobsEntities, JobsModule, jobsMigrations } from '@monstera/jobs';
  import { Module } from '@nestjs/common';
  import { NestFactory } from '@nestjs/core';
  import { TypeOrmModule } from '@nestjs/typeorm';

  const url = process.env.DATABASE_URL;
  const entities = [...jobsEntities];
  const migrations = [...jobsMigrations];
  const AppModule = class AppModule {};
  Module({
    imports: [
      TypeOrmModule.forRoot({ type: 'postgres', url, entities, migrations, migrationsRun: true, poolSize: 12 }),
      JobsModule.forRoot(),
    ],
  })(AppModule);

  const app = await NestFactory.create(AppModule, { logger: false, abortOnError: false });
  await app.listen(0, '127.0.0.1');
  const answers = await Promise.all(['health/ready', 'metrics'].map(async (path) => fetch((await app.getUrl()) + '/' + path)));
  console.log(JSON.stringify(answers.map(({ status }) => status)));
  await app.close();
`;

describe('the package @monstera/jobs, from its tarball', () => {
  const app = useOutsideApp();
  const database = useDatabase({ migrated: false });

  beforeAll(async () => {
    for (const name of ['@nestjs/platform-express', 'zod', '@types/node']) await app.link(name);
    await app.write('package.json', JSON.stringify({ type: 'module' }));
    for (const { file, text } of readPage('docs/use-in-your-app.md').snippets) if (file) await app.write(file, text);
    await app.write('src/check.ts', CHECK);
  });

  it('holds the compiled code, its types, the roles, the README and the licence, and nothing else', async () => {
    const files = await app.packedFiles();
    const others = files.filter((file) => !/^dist\/.*\.(js|js\.map|d\.ts)$/.test(file));
    expect(files).toEqual(expect.arrayContaining(['dist/index.js', 'dist/index.d.ts', 'dist/cli/main.js']));
    expect(others.sort((a, b) => (a < b ? -1 : 1))).toEqual(['LICENSE', 'README.md', 'package.json', 'sql/roles.sql']);
    expect(files.filter((file) => /spec/.test(file))).toEqual([]);
    for (const file of files.filter((name) => name.endsWith('.js')))
      expect(files).toContain(file.replace(/\.js$/, '.d.ts'));
    expect(await app.readPacked('LICENSE')).toBe(readFileSync('LICENSE', 'utf8'));
  });

  it('asks for every package that it imports, and for no other', async () => {
    const imported = new Set<string>();
    // What the sample of `init` imports is for the application that gets it.
    const isCode = (name: string) => /\.(js|d\.ts)$/.test(name) && name !== 'dist/cli/init/samples.js';
    for (const file of (await app.packedFiles()).filter(isCode))
      for (const [, name = ''] of (await app.readPacked(file)).matchAll(/\b(?:from |import\()["']([@a-z][^"']*)["']/g))
        if (!isBuiltin(name)) imported.add(name.split('/', name.startsWith('@') ? 2 : 1).join('/'));
    const { dependencies, peerDependencies } = await app.manifest();
    const declared = Object.keys({ ...dependencies, ...peerDependencies });
    // Used as a global: Nest and TypeORM load it.
    expect([...imported, 'reflect-metadata'].sort()).toEqual(declared.sort());
  });

  it('compiles in a strict project that skips no declaration file, and runs a job there', async () => {
    await app.node([TSC, '-p', '.']);

    const env = { DATABASE_URL: database.url };
    expect(await app.node(['dist/migrate.js'], env)).toContain('CreateJobs1790000000000');
    const { job, refused, live, metrics } = JSON.parse(await app.node(['dist/check.js'], env)) as Record<
      string,
      unknown
    >;

    expect(job).toMatchObject({ type: 'send_welcome', status: 'completed', result: { greeted: 'ada@example.com' } });
    expect(refused).toBe(422);
    expect(live).toBe(200);
    expect(metrics).toContain('jobs_processed_total{job_type="send_welcome",status="completed"} 1');

    const list = JSON.parse(await app.npx(['monstera-jobs', 'list', '--json'], env)) as { jobs: { type: string }[] };
    expect(list.jobs).toEqual([expect.objectContaining({ type: 'send_welcome', status: 'completed' })]);
  }, 120_000);

  it('has a command line', async () => {
    const { version } = await app.manifest();
    expect(await app.npx(['monstera-jobs', '--version'])).toBe(`${version}\n`);
  }, 60_000);
});

describe('an application in CommonJS', () => {
  const app = useOutsideApp();
  const database = useDatabase({ migrated: false });

  beforeAll(async () => {
    for (const name of ['@nestjs/platform-express', 'zod', '@types/node']) await app.link(name);
    await app.write('package.json', JSON.stringify({ type: 'commonjs' }));
    await app.write('tsconfig.json', JSON.stringify(tsconfigOf({ nest: 12, modules: 'CommonJS' })));
    for (const file of await readdir('test/hosts/app'))
      await app.write(join('src', file), await readFile(join('test/hosts/app', file), 'utf8'));
  });

  it('enqueues, runs, reads, is probed and scraped, and closes', async () => {
    await app.node([TSC, '-p', '.']);
    expect(JSON.parse(await app.node(['dist/main.js'], { DATABASE_URL: database.url }))).toEqual(ALL_WELL);
  }, 120_000);

  it('boots without the packages that are optional, and has no metrics then', async () => {
    for (const name of ['prom-client', '@nestjs/schedule']) await app.unlink(name);
    await app.write('bare.mjs', BARE);
    expect(JSON.parse(await app.node(['bare.mjs'], { DATABASE_URL: database.url }))).toEqual([200, 404]);
    expect(await app.npx(['@monstera/jobs', 'count'], { DATABASE_URL: database.url })).toMatch(/^\d+\n$/);
  }, 120_000);
});
