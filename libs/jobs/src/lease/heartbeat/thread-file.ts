import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const NAME = 'heartbeat-thread.js';

/**
 * Finds the file that the heartbeat thread runs. In compiled code it lies beside this file. Where sources run
 * uncompiled, as in tests, it is the file in `dist`, because a thread loads its file without a compiler. In a bundle it
 * lies beside the program. Throws an `Error` that lists the places searched.
 */
export function threadFile(): URL {
  const places = [...besideModule(), ...besideProgram()];
  const found = places.find((place) => existsSync(place));
  if (!found) throw new Error(`${NAME} is in none of ${places.map(({ pathname }) => pathname).join(', ')}`);
  return found;
}

/** A CommonJS bundle has no module URL. Other bundles may keep the URL from the time of bundling. */
function besideModule(): URL[] {
  const module = import.meta.url as string | undefined;
  return module ? [new URL(NAME, module), new URL(`../../../dist/lease/heartbeat/${NAME}`, module)] : [];
}

function besideProgram(): URL[] {
  const program = process.argv[1];
  return program ? [new URL(NAME, pathToFileURL(program))] : [];
}
