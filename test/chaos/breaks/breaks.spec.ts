import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { collectStatements } from '../../statements/collect-statements.js';
import { SCENARIOS } from '../scenarios/index.js';
import { originalOf } from './apply.js';
import { describeReplacement, type Replacement } from './break.js';
import { BREAKS } from './breaks.js';

const ALL = BREAKS.flatMap(({ replacements }) => replacements);
const NAMED = new Map(ALL.map((replacement): [string, Replacement] => [describeReplacement(replacement), replacement]));

const load = (file: string) => import(file) as Promise<Record<string, unknown>>;

describe('npm run chaos:breaks', () => {
  it('breaks something for every scenario; the soak is the same as "mixed"', () => {
    const names = SCENARIOS.map(({ name }) => name).filter((name) => name !== 'soak');
    expect(BREAKS.map(({ scenario }) => scenario)).toEqual(names);
  });

  it.each([...NAMED])('finds %s', async (_, replacement) => {
    const exports = await load(join(process.cwd(), 'libs', 'jobs', 'src', replacement.file));
    expect(originalOf(exports, replacement)).toBeInstanceOf(Function);
  });

  it('changes every text of the statements that it names', async () => {
    const statements = await collectStatements(process.cwd(), load);
    const edits = ALL.flatMap(({ texts }) => texts ?? []);
    const unchanged = edits.flatMap(({ statements: names, edit }) =>
      names.filter((name) => {
        const template = statements.find(({ statement }) => statement.name === `jobs_${name}`)?.statement.template;
        return !template || Object.values(template).some((text?: string) => text !== undefined && edit(text) === text);
      }),
    );
    expect(edits.length).toBeGreaterThan(0);
    expect(unchanged).toEqual([]);
  });

  it('can break the built library', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['test/chaos/breaks/run.mjs', '--dry-run']);
    expect(stdout.trim()).toBe(`${ALL.length} of ${ALL.length} replacements made`);
  });
});
