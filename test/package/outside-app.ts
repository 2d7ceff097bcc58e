import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { used } from '../support/used.js';

const run = promisify(execFile);

export interface PackageManifest {
  name: string;
  version: string;
  dependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
  bin?: Record<string, string>;
}

/**
 * A project outside this repository that has packages as `npm pack` makes them. Where an installation would fetch what they
 * ask for, this one links to what the repository has, so that a registry is not needed; what they do not ask for is not
 * there.
 */
export class OutsideApp {
  private constructor(
    readonly path: string,
    private readonly main: string,
  ) {}

  /** With the given packages of this repository, of which the first is the one that is looked at. */
  static async create(main = '@monstera/jobs', ...others: string[]): Promise<OutsideApp> {
    const app = new OutsideApp(await mkdtemp(join(tmpdir(), 'monstera-outside-')), main);
    const names = [main, ...others];
    for (const name of names) await app.install(name);
    for (const name of names) {
      const { dependencies, peerDependencies, bin = {} } = await app.manifest(name);
      for (const other of Object.keys({ ...dependencies, ...peerDependencies }))
        if (!names.includes(other)) await app.link(other);
      for (const [program, file] of Object.entries(bin)) await app.linkProgram(program, join(app.pathOf(name), file));
    }
    return app;
  }

  get packagePath(): string {
    return this.pathOf(this.main);
  }

  private pathOf(name: string): string {
    return join(this.path, 'node_modules', name);
  }

  private async install(name: string): Promise<void> {
    const options = ['--json', '--ignore-scripts', '--workspace', name, '--pack-destination', this.path];
    const { stdout } = await run('npm', ['pack', ...options]);
    const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
    await mkdir(this.pathOf(name), { recursive: true });
    await run('tar', ['-xzf', join(this.path, filename), '-C', this.pathOf(name), '--strip-components=1']);
  }

  async manifest(name = this.main): Promise<PackageManifest> {
    return JSON.parse(await readFile(join(this.pathOf(name), 'package.json'), 'utf8')) as PackageManifest;
  }

  /** Every file of the package that is looked at, by its path inside it. */
  async packedFiles(): Promise<string[]> {
    const entries = await readdir(this.packagePath, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    return files.map((file) => file.slice(this.packagePath.length + 1));
  }

  readPacked(file: string): Promise<string> {
    return readFile(join(this.packagePath, file), 'utf8');
  }

  /** A package that the project itself depends on. */
  async link(name: string): Promise<void> {
    const target = this.pathOf(name);
    if (existsSync(target)) return;
    await mkdir(dirname(target), { recursive: true });
    await symlink(resolve('node_modules', name), target, 'dir');
  }

  /** As an installation does it. */
  private async linkProgram(name: string, file: string): Promise<void> {
    await chmod(file, 0o755);
    await mkdir(join(this.path, 'node_modules', '.bin'), { recursive: true });
    await symlink(file, join(this.path, 'node_modules', '.bin', name));
  }

  /** Runs a program of the package as npx does, which itself takes half a second. Returns its standard output. */
  async program(name: string, args: string[], env: Record<string, string> = {}): Promise<string> {
    return (await run(join('node_modules', '.bin', name), args, { cwd: this.path, env: { ...process.env, ...env } }))
      .stdout;
  }

  /** Runs a program of the package, and returns its standard output. */
  async npx(args: string[], env: Record<string, string> = {}): Promise<string> {
    return (await run('npx', ['--no', '--', ...args], { cwd: this.path, env: { ...process.env, ...env } })).stdout;
  }

  /** As if the package were not installed. */
  unlink(name: string): Promise<void> {
    return rm(this.pathOf(name));
  }

  async write(file: string, text: string): Promise<void> {
    await mkdir(dirname(join(this.path, file)), { recursive: true });
    await writeFile(join(this.path, file), text);
  }

  /** Runs Node in the project and returns its standard output. Rejects with everything it said if it fails. */
  async node(args: string[], env: Record<string, string> = {}): Promise<string> {
    try {
      return (await run(process.execPath, args, { cwd: this.path, env: { ...process.env, ...env } })).stdout;
    } catch (error) {
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
      throw new Error(`node ${args.join(' ')} failed:\n${stdout}${stderr}`, { cause: error });
    }
  }

  remove(): Promise<void> {
    return rm(this.path, { recursive: true, force: true });
  }
}

/** The project for the tests of a `describe`, removed after them. */
export function useOutsideApp(...names: Parameters<typeof OutsideApp.create>): OutsideApp {
  return used(
    () => OutsideApp.create(...names),
    (app) => app.remove(),
    { timeoutMs: 120_000 },
  );
}
