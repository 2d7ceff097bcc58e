import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface PackageManifest {
  name: string;
  version: string;
  dependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
  bin: Record<string, string>;
}

/**
 * A project outside this repository that has the package as `npm pack` makes it. Where an installation would fetch the
 * packages that it asks for, this one links to those of the repository, so that a registry is not needed; what the
 * package does not ask for is not there.
 */
export class OutsideApp {
  private constructor(readonly path: string) {}

  static async create(): Promise<OutsideApp> {
    const app = new OutsideApp(await mkdtemp(join(tmpdir(), 'monstera-outside-')));
    await run('npm', ['pack', '--ignore-scripts', '--workspace', '@monstera/jobs', '--pack-destination', app.path]);
    const [tarball = ''] = (await readdir(app.path)).filter((name) => name.endsWith('.tgz'));
    await mkdir(app.packagePath, { recursive: true });
    await run('tar', ['-xzf', join(app.path, tarball), '-C', app.packagePath, '--strip-components=1']);
    const { dependencies, peerDependencies, bin } = await app.manifest();
    for (const name of Object.keys({ ...dependencies, ...peerDependencies })) await app.link(name);
    for (const [name, file] of Object.entries(bin)) await app.linkProgram(name, file);
    return app;
  }

  get packagePath(): string {
    return join(this.path, 'node_modules', '@monstera', 'jobs');
  }

  async manifest(): Promise<PackageManifest> {
    return JSON.parse(await readFile(join(this.packagePath, 'package.json'), 'utf8')) as PackageManifest;
  }

  /** Every file of the package, by its path inside it. */
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
    const target = join(this.path, 'node_modules', name);
    await mkdir(dirname(target), { recursive: true });
    await symlink(resolve('node_modules', name), target, 'dir');
  }

  /** As an installation does it. */
  private async linkProgram(name: string, file: string): Promise<void> {
    const target = join(this.packagePath, file);
    await chmod(target, 0o755);
    await mkdir(join(this.path, 'node_modules', '.bin'), { recursive: true });
    await symlink(target, join(this.path, 'node_modules', '.bin', name));
  }

  /** Runs a program of the package, and returns its standard output. */
  async npx(args: string[], env: Record<string, string> = {}): Promise<string> {
    return (await run('npx', ['--no', '--', ...args], { cwd: this.path, env: { ...process.env, ...env } })).stdout;
  }

  /** As if the package were not installed. */
  unlink(name: string): Promise<void> {
    return rm(join(this.path, 'node_modules', name));
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
