import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { tsconfigOf } from '../hosts/shapes.js';
import { buildTypes } from '../package/built-types.js';
import { useOutsideApp } from '../package/outside-app.js';
import { runCommand } from './command.js';
import { useDatabase } from '../support/use-database.js';

const TSC = resolve('node_modules/typescript/bin/tsc');
const PACKAGES = ['@monstera/jobs', '@nestjs/core', '@nestjs/typeorm', 'typeorm', 'pg', 'zod'];
const MODULE = `import { Module } from '@nestjs/common';

@Module({
  imports: [],
  controllers: [],
  providers: [],
})
export class AppModule {}
`;

interface InitAnswer {
  created: string[];
  changed: string[];
  kept: string[];
  byHand: string[];
  next: string[];
}

describe.each(['ESM', 'CommonJS'] as const)('npx monstera-jobs init in an application in %s', (modules) => {
  beforeAll(buildTypes, 180_000);

  const app = useOutsideApp();
  const database = useDatabase({ migrated: false });

  beforeAll(async () => {
    for (const name of ['zod', '@types/node']) await app.link(name);
    const dependencies = Object.fromEntries(PACKAGES.map((name) => [name, '*']));
    const type = modules === 'ESM' ? 'module' : 'commonjs';
    await app.write('package.json', JSON.stringify({ type, dependencies }));
    await app.write('tsconfig.json', JSON.stringify(tsconfigOf({ nest: 12, modules })));
    await app.write('src/app.module.ts', MODULE);
  });

  const init = async (...args: string[]) =>
    JSON.parse(await app.program('monstera-jobs', ['init', '--json', ...args])) as InitAnswer;

  it('says first what it would do', async () => {
    const said = await app.program('monstera-jobs', ['init', '--dry-run']);
    expect(said).toContain('Would create src/jobs/send-welcome.processor.ts\n');
    expect(said).toContain('    JobsModule.forRoot()');
    expect(await readdir(join(app.path, 'src'))).toEqual(['app.module.ts']);
    expect(await readFile(join(app.path, 'src/app.module.ts'), 'utf8')).toBe(MODULE);
  }, 60_000);

  it('makes an application that compiles, whose test passes and whose jobs run', async () => {
    expect(await init()).toMatchObject({
      created: ['job.ts', 'processor.ts', 'processor.spec.ts'].map((end) => `src/jobs/send-welcome.${end}`),
      changed: ['src/app.module.ts'],
      byHand: [],
      next: ['DATABASE_URL=… npx monstera-jobs migrate', expect.stringContaining('enableShutdownHooks')],
    });
    await app.node([TSC, '-p', '.']);
    expect(await app.node(['--test', 'dist/jobs/send-welcome.processor.spec.js'])).toMatch(/pass 1\b/);

    const env = { DATABASE_URL: database.url };
    const untilEmpty = async () =>
      JSON.parse(await app.program('monstera-jobs', ['run-until-empty', '--json'], env)) as { runs: object };
    await app.program('monstera-jobs', ['migrate'], env);
    expect(await untilEmpty()).toMatchObject({ empty: true, runs: { completed: 0 } });
    await app.program('monstera-jobs', ['enqueue', 'send_welcome', '{"email":"ada@example.com"}'], env);
    expect(await untilEmpty()).toMatchObject({ empty: true, runs: { completed: 1, failed: 0 } });
  }, 120_000);

  it('changes nothing the second time, also nothing that was edited since', async () => {
    await app.write('src/jobs/send-welcome.job.ts', '// mine\n');
    const before = await readFile(join(app.path, 'src/app.module.ts'), 'utf8');
    const again = await init();
    expect(again).toMatchObject({ created: [], changed: [], byHand: [] });
    expect(again.kept).toHaveLength(3);
    expect(await readFile(join(app.path, 'src/jobs/send-welcome.job.ts'), 'utf8')).toBe('// mine\n');
    expect(await readFile(join(app.path, 'src/app.module.ts'), 'utf8')).toBe(before);
  }, 60_000);
});

describe('npx monstera-jobs init', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'monstera-init-'));
  });

  afterEach(() => rm(folder, { recursive: true }));

  const init = (...args: string[]) => runCommand(['init', '--dir', folder, ...args]);

  it('refuses a folder without a Nest application, and writes nothing', async () => {
    expect(await init()).toMatchObject({ exit: 2, stderr: expect.stringContaining('JOBS_NO_NEST_APPLICATION') });
    await writeFile(join(folder, 'package.json'), '{');
    expect(await init()).toMatchObject({ exit: 2, stderr: expect.stringContaining('package.json is not JSON') });
    expect(await readdir(folder)).toEqual(['package.json']);
  });

  it('prints the lines where it cannot edit safely, and where TypeORM is configured elsewhere', async () => {
    const app = new Map([
      ['package.json', JSON.stringify({ dependencies: { '@nestjs/core': '12' }, devDependencies: { jest: '30' } })],
      ['app.module.ts', `import { Module } from '@nestjs/common';\n@Module(metadata)\nexport class AppModule {}\n`],
      ['database.ts', `export const database = TypeOrmModule.forRootAsync({});\n`],
      ['nest-cli.json', '{ "sourceRoot": "." }'],
    ]);
    for (const [file, text] of app) await writeFile(join(folder, file), text);

    const { exit, stdout } = await init();

    expect(exit).toBe(1);
    expect(stdout).toContain("import { JobsModule } from '@monstera/jobs'");
    expect(stdout).toContain('imports of @Module(): JobsModule.forRoot()');
    expect(stdout).toContain('In database.ts, add ...jobsEntities');
    expect(stdout).toContain('npm install @monstera/jobs @nestjs/typeorm typeorm pg zod');
    expect(stdout).toContain('Jest needs a transform');
    expect(await readFile(join(folder, 'app.module.ts'), 'utf8')).toBe(app.get('app.module.ts'));
    expect(await readdir(join(folder, 'jobs'))).toHaveLength(3);
  });
});
