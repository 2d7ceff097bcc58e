import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/** Bundlers name the files of an application by its kind of modules. */
const NAMES = ['heartbeat-thread.js', 'heartbeat-thread.mjs', 'heartbeat-thread.cjs'];

/**
 * Finds the file that the heartbeat thread runs. In compiled code it lies beside this file. Where sources run
 * uncompiled, as in tests, it is the file in `dist`, because a thread loads its file without a compiler. In a bundle it
 * lies beside the program. Throws an `Error` that lists the places searched.
 */
export function threadFile(): URL {
  const folders = [...besideModule(), ...besideProgram()];
  const places = folders.flatMap((folder) => NAMES.map((name) => new URL(name, folder)));
  const found = places.find((place) => existsSync(place));
  if (!found) throw new Error(`none of ${NAMES.join(', ')} is in ${pathsOf(folders).join(' or ')}`);
  return found;
}

/**
 * Some bundlers keep the URL that the module had when it was bundled. Those that make CommonJS leave none, and the name of
 * the bundle's file in its place.
 */
function besideModule(): URL[] {
  const url = import.meta.url as string | undefined;
  const bundle = typeof __filename === 'string' ? [pathToFileURL(__filename).href] : [];
  const modules = url ? [url, ...bundle] : bundle;
  return modules.flatMap((module) => [new URL('.', module), new URL('../../../dist/lease/heartbeat/', module)]);
}

function besideProgram(): URL[] {
  const program = process.argv[1];
  return program ? [new URL('.', pathToFileURL(program))] : [];
}

function pathsOf(folders: URL[]): string[] {
  return [...new Set(folders.map(({ pathname }) => pathname))];
}
