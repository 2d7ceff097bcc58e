import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Statement } from '../../libs/jobs/src/store/statement.js';

/** Where statements are written, in the project. */
export const SOURCES = join('libs', 'jobs', 'src', 'store', 'sql');

export type AnyStatement = Statement<readonly unknown[], unknown>;

export interface CollectedStatement {
  statement: AnyStatement;
  /** The source file, and the name that it exports the statement by. */
  file: string;
  name: string;
}

/** Imports a source file. */
export type Load = (file: string) => Promise<Record<string, unknown>>;

/** Every statement of the project. */
export async function collectStatements(project: string, load: Load): Promise<CollectedStatement[]> {
  const names = readdirSync(join(project, SOURCES), { recursive: true, encoding: 'utf8' });
  const files = names.filter((name) => /(?<!\.spec)\.ts$/.test(name)).map((name) => join(project, SOURCES, name));
  const collected: CollectedStatement[] = [];
  for (const file of files)
    for (const [name, value] of Object.entries(await load(file)))
      if (isStatement(value)) collected.push({ statement: value, file, name });
  return collected;
}

function isStatement(value: unknown): value is AnyStatement {
  return typeof value === 'object' && value !== null && 'template' in value && 'text' in value;
}
