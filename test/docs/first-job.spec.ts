import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from '../support/index.js';
import { readPage } from './markdown.js';
import { commandsOf, curl } from './readme-curl.js';
import { useDatabase } from '../support/use-database.js';
import { useAppFolder } from '../support/app-process.js';

const run = promisify(execFile);
const { snippets } = readPage('README.md');

/** What somebody has who cloned the project and ran `npm ci`. */
async function copyProject(): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'monstera-first-job-'));
  for (const name of ['apps', 'libs', 'scripts', '.swcrc', 'package.json', 'tsconfig.json'])
    await cp(name, join(copy, name), { recursive: true, filter: (path) => !path.endsWith('/dist') });
  const installed = (await readdir('node_modules')).filter((name) => name !== '@monstera');
  await mkdir(join(copy, 'node_modules', '@monstera'), { recursive: true });
  for (const name of installed) await symlink(resolve('node_modules', name), join(copy, 'node_modules', name));
  for (const name of await readdir('libs'))
    await symlink(join(copy, 'libs', name), join(copy, 'node_modules', '@monstera', name));
  return copy;
}

/** As `patch` would: what the diff takes away must be there, exactly once. */
function applyDiff(text: string, diff: string): string {
  const lines = diff.split('\n').slice(0, -1);
  const side = (mark: string) =>
    lines
      .filter((line) => line.startsWith(mark) || line.startsWith(' '))
      .map((line) => `${line.slice(1)}\n`)
      .join('');
  const parts = text.split(side('-'));
  if (parts.length !== 2) throw new Error(`The README changes what is not there:\n${diff}`);
  return parts.join(side('+'));
}

describe('the first job of the README', () => {
  const folder = useAppFolder();
  const database = useDatabase();
  let project: string;

  beforeAll(async () => {
    project = await copyProject();
  });

  afterAll(() => rm(project, { recursive: true, force: true }));

  it('runs after its three edits', async () => {
    const edits = snippets.filter(({ file }) => file !== undefined);
    expect(edits.map(({ language }) => language)).toEqual(['ts', 'diff', 'diff']);
    for (const { language, file, text } of edits) {
      const path = join(project, file!);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, language === 'ts' ? text : applyDiff(await readFile(path, 'utf8'), text));
    }
    await run(process.execPath, [join(project, 'scripts', 'build.mjs')]);

    const app = await folder.start({
      script: join(project, 'scripts', 'start.mjs'),
      env: { DATABASE_URL: database.url },
    });
    const [enqueue, look] = commandsOf(snippets.find(({ text }) => text.includes('"type":"hello"'))!.text);
    const token = await folder.token();
    const { id } = (await (await curl(enqueue!, app.address, token)).json()) as { id: string };

    await eventually(async () => {
      const job = await (await curl(look!.replace('<id>', id), app.address, token)).json();
      expect(job).toMatchObject({ type: 'hello', status: 'completed', result: 'Hello, Ada' });
    });
    expect(await app.end('SIGTERM')).toBe(0);
  }, 60_000);
});
