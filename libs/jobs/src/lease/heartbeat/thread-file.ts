import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const NAME = 'heartbeat-thread.js';

/**
 * The file that the heartbeat thread runs. Compiled, it lies beside this one. A thread loads its file by itself, past any
 * compiler on the fly: where the sources are run as they are, as in tests, the file is that of the build. In a bundle it
 * is an entry of its own beside the program. Throws an `Error` that names the places where it is not.
 */
export function threadFile(): URL {
  const places = [...besideModule(), ...besideProgram()];
  const found = places.find((place) => existsSync(place));
  if (!found) throw new Error(`it is in none of ${places.map(({ pathname }) => pathname).join(', ')}`);
  return found;
}

/** Bundlers that make CommonJS leave no URL of the module, and others keep the one that it had when it was bundled. */
function besideModule(): URL[] {
  const module = import.meta.url as string | undefined;
  return module ? [new URL(NAME, module), new URL(`../../../dist/lease/heartbeat/${NAME}`, module)] : [];
}

function besideProgram(): URL[] {
  const program = process.argv[1];
  return program ? [new URL(NAME, pathToFileURL(program))] : [];
}
