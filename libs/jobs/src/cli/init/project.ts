import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../failure.js';
import type { SampleStyle } from './samples.js';

/** An existing Nest application, as its files tell. */
export interface Project extends SampleStyle {
  /** The folder of the sources below that of the project, such as `src`. */
  sourceRoot: string;
  /** The packages that it has declared. */
  packages: ReadonlySet<string>;
  /** The text of app.module.ts. Null if there is none. */
  appModule: string | null;
  /** Files of the sources that configure TypeORM, without app.module.ts, and whether they load entities by themselves. */
  typeOrmElsewhere: { file: string; loadsEntities: boolean }[];
  drainsOnSigterm: boolean;
}

interface Manifest {
  type?: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

export const APP_MODULE = 'app.module.ts';

/** Reads a project. Throws `UsageError` if it is no Nest application. */
export async function readProject(folder: string): Promise<Project> {
  const manifest = await readJson<Manifest>(join(folder, 'package.json'));
  const packages = new Set(Object.keys({ ...manifest?.dependencies, ...manifest?.devDependencies }));
  if (!packages.has('@nestjs/core'))
    throw new UsageError({
      code: 'JOBS_NO_NEST_APPLICATION',
      what: `${manifest ? 'package.json does not name @nestjs/core' : 'There is no package.json'} in ${folder}.`,
      fix: 'Run the command in the folder of a Nest application, or give it as --dir.',
    });
  const { sourceRoot = 'src' } = (await readJson<{ sourceRoot?: string }>(join(folder, 'nest-cli.json'))) ?? {};
  const sources = await readSources(join(folder, sourceRoot));
  return {
    sourceRoot,
    packages,
    extension: manifest?.type === 'module' ? '.js' : '',
    runner: packages.has('vitest') ? 'vitest' : packages.has('jest') ? 'jest' : 'node',
    appModule: sources.get(APP_MODULE) ?? null,
    typeOrmElsewhere: [...sources]
      .filter(([file, text]) => file !== APP_MODULE && /\bTypeOrmModule\s*\.\s*forRoot/.test(text))
      .map(([file, text]) => ({
        file: join(sourceRoot, file),
        loadsEntities: loadsEntities(text) || text.includes('jobsEntities'),
      })),
    drainsOnSigterm: [...sources.values()].some((text) => text.includes('enableShutdownHooks(')),
  };
}

export function loadsEntities(text: string): boolean {
  return /\bautoLoadEntities\s*:\s*true\b/.test(text);
}

async function readJson<T>(file: string): Promise<T | null> {
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return JSON.parse(text) as T;
  } catch (error) {
    throw new UsageError({ code: 'JOBS_INVALID_JSON', what: `${file} is not JSON: ${(error as Error).message}.` });
  }
}

async function readSources(folder: string): Promise<Map<string, string>> {
  const names = await readdir(folder, { recursive: true }).catch(() => [] as string[]);
  const files = names.filter((name) => /(?<!\.(spec|d))\.ts$/.test(name) && !/(^|[\\/])node_modules[\\/]/.test(name));
  return new Map(
    await Promise.all(files.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const)),
  );
}
