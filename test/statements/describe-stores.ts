import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const FOLDER = join('libs', 'jobs', 'src', 'store');

/** A file of store/ that sends statements. */
export interface StatementSender {
  /** Below the project. */
  file: string;
  /** The class, if the file is that of a store. */
  store: string | undefined;
  /** The tables that its comment names after "Writes" and "Reads". */
  writes: string[];
  reads: string[];
  /** The imports of which some are statements: the file and the name of each. */
  imports: { file: string; name: string }[];
}

/** The files of store/ that import from store/sql. */
export function describeStores(project: string): StatementSender[] {
  const names = readdirSync(join(project, FOLDER), { recursive: true, encoding: 'utf8' });
  const files = names.filter((name) => /(?<!\.spec)\.ts$/.test(name) && !/^sql[\\/]/.test(name));
  return files
    .map((name) => describe(project, join(project, FOLDER, name)))
    .filter(({ imports }) => imports.length > 0);
}

function describe(project: string, file: string): StatementSender {
  const source = readFileSync(file, 'utf8');
  const [, comment = '', store] = /\/\*\*((?:(?!\*\/).)*)\*\/\s*export class (\w+Store)\b/s.exec(source) ?? [];
  return {
    file: relative(project, file),
    store,
    writes: tablesAfter('Writes', comment),
    reads: tablesAfter('Reads', comment),
    imports: [...importsFromSql(source, dirname(file))],
  };
}

function tablesAfter(verb: string, comment: string): string[] {
  const [, list = ''] = new RegExp(`\\b${verb} (\`[^.]*)\\.`).exec(comment) ?? [];
  return [...list.matchAll(/`(\w+)`/g)].map(([, table]) => table!).sort();
}

function* importsFromSql(source: string, folder: string): Generator<{ file: string; name: string }> {
  for (const [, names, from] of source.matchAll(/import \{([^}]*)\} from '(\.[^']*\/sql\/[^']*)\.js';/g))
    for (const name of names!.split(',').map((text) => text.trim()))
      if (name !== '' && !name.startsWith('type ')) yield { file: join(folder, `${from}.ts`), name };
}
