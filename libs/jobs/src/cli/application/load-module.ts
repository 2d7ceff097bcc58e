import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DynamicModule, Type } from '@nestjs/common';
import { JobsError } from '../../job/job.errors.js';
import { UsageError } from '../failure.js';

type Module = Type | DynamicModule;

const DEFAULT_NAME = 'AppModule';
const EXAMPLE = '--module ./dist/app.module.js#AppModule';

/**
 * Loads a Nest module by its compiled file, an ES module or CommonJS, and its name: `./dist/app.module.js#AppModule`. The
 * name may be left out if it is `AppModule`, or if the file has one export. Throws `UsageError` if it is not there, and
 * `JobsError` JOBS_MODULE_BROKEN if the file throws when it is loaded.
 */
export async function loadModule(reference: string): Promise<Module> {
  const at = reference.lastIndexOf('#');
  const path = at < 0 ? reference : reference.slice(0, at);
  const file = await requireFile(path);
  const values = await exportsOf(file, path);
  return choose(values, at < 0 ? undefined : reference.slice(at + 1), path);
}

async function requireFile(path: string): Promise<string> {
  const file = resolve(path);
  if (/\.[cm]?tsx?$/.test(path))
    throw new UsageError({
      code: 'JOBS_MODULE_NOT_COMPILED',
      what: `${path} is TypeScript.`,
      fix: `Compile the application, and give the JavaScript file: ${EXAMPLE}`,
    });
  const isThere = await access(file).then(
    () => true,
    () => false,
  );
  if (isThere) return file;
  throw new UsageError({
    code: 'JOBS_MODULE_NOT_FOUND',
    what: `There is no file ${file}.`,
    fix: `Compile the application, and say where its module is: ${EXAMPLE}`,
  });
}

async function exportsOf(file: string, path: string): Promise<Map<string, unknown>> {
  try {
    const loaded = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
    // What a file in CommonJS exports, Node may find only in the default export.
    const inner = loaded['default'];
    const named = typeof inner === 'object' && inner !== null ? Object.entries(inner) : [];
    return new Map([...named, ...Object.entries(loaded)]);
  } catch (error) {
    throw new JobsError({
      code: 'JOBS_MODULE_BROKEN',
      what: `${path} cannot be loaded: ${error instanceof Error ? error.message : String(error)}`,
      fix: 'Run the command where the application runs, with the same environment.',
      cause: error,
    });
  }
}

function choose(values: ReadonlyMap<string, unknown>, name: string | undefined, path: string): Module {
  const modules = new Map([...values].filter((entry): entry is [string, Module] => isModule(entry[1])));
  const only = modules.size === 1 ? [...modules.values()][0] : undefined;
  const found = name === undefined ? (modules.get(DEFAULT_NAME) ?? only) : modules.get(name);
  if (found) return found;
  const known = [...modules.keys()].join(', ');
  throw new UsageError({
    code: 'JOBS_MODULE_NOT_FOUND',
    what: `${path} exports no module${name === undefined ? '' : ` ${name}`}. ${known ? `It exports ${known}.` : 'It exports none.'}`,
    fix: `Write the file, # and the name: ${EXAMPLE}`,
  });
}

/** A class, or what `forRoot()` returns. */
function isModule(value: unknown): value is Module {
  if (typeof value === 'function') return /^class\b/.test(Function.prototype.toString.call(value));
  return typeof value === 'object' && value !== null && typeof (value as DynamicModule).module === 'function';
}
