import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Edit } from './break.js';

/** Where the lines are that get broken, in the project and in its copy. */
export const SOURCES = join('libs', 'jobs', 'src');

const COPIED = ['apps', 'libs', 'scripts', 'test', '.swcrc', 'package.json', 'tsconfig.json'];
/** The project's own packages: links that lead into the copy there. */
const OWN_SCOPE = '@monstera';

/** A copy of the project in which lines can be broken: the project itself stays as it is, whatever happens. */
export class BrokenCopy {
  private constructor(readonly folder: string) {}

  static async of(project: string): Promise<BrokenCopy> {
    const folder = await mkdtemp(join(tmpdir(), 'monstera-breaks-'));
    const withoutOutput = (path: string) => !/[/\\](dist|node_modules)$/.test(path);
    for (const name of COPIED)
      await cp(join(project, name), join(folder, name), { recursive: true, filter: withoutOutput });
    const [from, to] = [join(project, 'node_modules'), join(folder, 'node_modules')];
    await mkdir(to);
    for (const name of await readdir(from)) if (name !== OWN_SCOPE) await symlink(join(from, name), join(to, name));
    await cp(join(from, OWN_SCOPE), join(to, OWN_SCOPE), { recursive: true, verbatimSymlinks: true });
    return new BrokenCopy(folder);
  }

  /** Makes the edits, lets `work` look, and takes them back. Throws if a line is not there, or more than once. */
  async broken<T>(edits: readonly Edit[], work: () => Promise<T>): Promise<T> {
    const originals = new Map<string, string>();
    for (const { file, line, instead } of edits) {
      const path = join(this.folder, SOURCES, file);
      const text = await readFile(path, 'utf8');
      if (text.split(line).length !== 2) throw new Error(`${file} does not have the line "${line}" exactly once`);
      if (!originals.has(path)) originals.set(path, text);
      await writeFile(
        path,
        text.replace(line, () => instead),
      );
    }
    return work().finally(async () => {
      for (const [path, text] of originals) await writeFile(path, text);
    });
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
