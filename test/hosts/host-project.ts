import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { readPage } from '../docs/markdown.js';
import { tsconfigOf, type Shape } from './shapes.js';

const run = promisify(execFile);
export const FASTIFY = `import { FastifyAdapter } from '@nestjs/platform-fastify';

export const httpAdapter = () => new FastifyAdapter();
`;

/** Longer than an installation or an application that works ever takes; what hangs is ended, and tells what it said. */
const TIMEOUT_MS = 240_000;

/** The library's tarball, in a folder of its own, which is the caller's to remove. */
export async function packLibrary(): Promise<string> {
  return (await pack('@monstera/jobs'))[0]!;
}

/** The tarballs of packages of this repository, in a folder of their own, which is the caller's to remove. */
export async function pack(...names: string[]): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'monstera-pack-'));
  const workspaces = names.flatMap((name) => ['--workspace', name]);
  await run('npm', ['pack', '--ignore-scripts', ...workspaces, '--pack-destination', folder]);
  return (await readdir(folder)).map((tarball) => join(folder, tarball));
}

/** A folder in which npm has installed packages of this repository from their tarballs, beside the packages of an application. */
export class HostProject {
  private constructor(readonly path: string) {}

  static async create(tarballs: string | readonly string[], packages: readonly string[]): Promise<HostProject> {
    const project = new HostProject(await mkdtemp(join(tmpdir(), 'monstera-host-')));
    await project.write('package.json', JSON.stringify({ private: true }));
    await project.run('npm', [
      'install',
      '--no-audit',
      '--no-fund',
      '--prefer-offline',
      ...[tarballs].flat(),
      ...packages,
    ]);
    return project;
  }

  /** Puts an application there, in place of one that was there before. */
  async writeApp(shape: Omit<Shape, 'typeorm'>, source = 'test/hosts/app'): Promise<void> {
    for (const folder of ['src', 'dist', 'bundle']) await rm(join(this.path, folder), { recursive: true, force: true });
    await cp(resolve(source), join(this.path, 'src'), { recursive: true });
    if (shape.http === 'Fastify') await this.write('src/http-adapter.ts', FASTIFY);
    const type = shape.modules === 'ESM' ? 'module' : 'commonjs';
    await run('npm', ['pkg', 'set', `type=${type}`], { cwd: this.path });
    await this.write('tsconfig.json', JSON.stringify(tsconfigOf(shape)));
  }

  compile(...args: string[]): Promise<string> {
    return this.run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', '.', ...args]);
  }

  /** Puts a file there as the page for applications shows it, so that what readers copy is what is tried. */
  async writeFromPage(file: string, change = (text: string) => text): Promise<void> {
    const snippet = readPage('docs/use-in-your-app.md').snippets.find((one) => one.file === file);
    if (!snippet) throw new Error(`The page for applications shows no ${file}`);
    await this.write(file, change(snippet.text));
  }

  async write(file: string, text: string): Promise<void> {
    await mkdir(join(this.path, file, '..'), { recursive: true });
    await writeFile(join(this.path, file), text);
  }

  /** Returns the standard output. Rejects with everything that the program said if it fails. */
  async run(program: string, args: string[], env: Record<string, string> = {}): Promise<string> {
    return (await this.execute(program, args, env)).stdout;
  }

  /** Returns everything that the program said. */
  async runAll(program: string, args: string[], env: Record<string, string> = {}): Promise<string> {
    const { stdout, stderr } = await this.execute(program, args, env);
    return stdout + stderr;
  }

  async edit(file: string, change: (text: string) => string): Promise<void> {
    await this.write(file, change(await readFile(join(this.path, file), 'utf8')));
  }

  /** Does something while a folder is not there. */
  async without<T>(folder: string, task: () => Promise<T>): Promise<T> {
    const aside = join(this.path, 'aside');
    await rename(join(this.path, folder), aside);
    try {
      return await task();
    } finally {
      await rename(aside, join(this.path, folder));
    }
  }

  remove(): Promise<void> {
    return rm(this.path, { recursive: true, force: true });
  }

  private async execute(program: string, args: string[], env: Record<string, string>) {
    try {
      const options = {
        cwd: this.path,
        env: { ...process.env, ...env },
        timeout: TIMEOUT_MS,
        killSignal: 'SIGKILL',
      } as const;
      return await run(program, args, options);
    } catch (error) {
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
      throw new Error(`${program} ${args.join(' ')} failed:\n${stdout}${stderr}`, { cause: error });
    }
  }
}
