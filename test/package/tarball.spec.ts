import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { readPage } from '../docs/markdown.js';
import { createTestDatabase, type TestDatabase } from '../support/index.js';
import { OutsideApp } from './outside-app.js';

const TSC = resolve('node_modules/typescript/bin/tsc');

/** What docs/use-in-your-app.md asks of a project, and nothing of the compiler's checks left out. */
const TSCONFIG = {
  compilerOptions: {
    target: 'ES2023',
    module: 'NodeNext',
    strict: true,
    skipLibCheck: false,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
    types: ['node'],
    rootDir: 'src',
    outDir: 'dist',
  },
  include: ['src'],
};

/** Boots the application of the page, and prints the job that its service enqueues once it has ended. */
const CHECK = `
  import { JobService } from '@monstera/jobs';
  import { NestFactory } from '@nestjs/core';
  import { setTimeout } from 'node:timers/promises';
  import { AppModule } from './app.module.js';
  import { SignUpService } from './welcome/sign-up.service.js';

  const app = await NestFactory.create(AppModule, { logger: false, abortOnError: false });
  await app.listen(0, '127.0.0.1');
  const { id } = await app.get(SignUpService).signUp('ada@example.com');
  let job = await app.get(JobService).get(id);
  while (job && !job.completedAt) {
    await setTimeout(20);
    job = await app.get(JobService).get(id);
  }
  const [live, metrics] = await Promise.all(['health/live', 'metrics'].map(async (path) => fetch((await app.getUrl()) + '/' + path)));
  console.log(JSON.stringify({ job, live: live?.status, metrics: await metrics?.text() }));
  await app.close();
`;

describe('the package @monstera/jobs, from its tarball', () => {
  let app: OutsideApp;
  let database: TestDatabase;

  beforeAll(async () => {
    await promisify(execFile)(process.execPath, [TSC, '-p', 'tsconfig.types.json']);
    [app, database] = await Promise.all([OutsideApp.create(), createTestDatabase({ migrated: false })]);
    for (const name of ['@nestjs/platform-express', 'zod', '@types/node']) await app.link(name);
    await app.write('package.json', JSON.stringify({ type: 'module' }));
    await app.write('tsconfig.json', JSON.stringify(TSCONFIG));
    for (const { file, text } of readPage('docs/use-in-your-app.md').snippets) if (file) await app.write(file, text);
    await app.write('src/check.ts', CHECK);
  }, 120_000);

  afterAll(async () => {
    await app.remove();
    await database.drop();
  });

  it('holds the compiled code, its types, the roles, the README and the licence, and nothing else', async () => {
    const files = await app.packedFiles();
    const others = files.filter((file) => !/^dist\/.*\.(js|js\.map|d\.ts)$/.test(file));
    expect(others.sort((a, b) => (a < b ? -1 : 1))).toEqual(['LICENSE', 'README.md', 'package.json', 'sql/roles.sql']);
    expect(files.filter((file) => /spec/.test(file))).toEqual([]);
    for (const file of files.filter((name) => name.endsWith('.js')))
      expect(files).toContain(file.replace(/\.js$/, '.d.ts'));
    expect(await app.readPacked('LICENSE')).toBe(readFileSync('LICENSE', 'utf8'));
  });

  it('asks for every package that it imports, and for no other', async () => {
    const imported = new Set<string>();
    for (const file of (await app.packedFiles()).filter((name) => name.endsWith('.js') || name.endsWith('.d.ts')))
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
    const { job, live, metrics } = JSON.parse(await app.node(['dist/check.js'], env)) as Record<string, unknown>;

    expect(job).toMatchObject({ type: 'send_welcome', status: 'completed', result: { greeted: 'ada@example.com' } });
    expect(live).toBe(200);
    expect(metrics).toContain('jobs_processed_total{job_type="send_welcome",status="completed"} 1');
  }, 120_000);
});
