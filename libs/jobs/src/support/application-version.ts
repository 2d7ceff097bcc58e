import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a version is called that nobody knows. */
export const UNKNOWN_VERSION = 'unknown';

/** As many characters as the column of a worker's row has. */
export const MAX_VERSION_LENGTH = 50;

/**
 * The version of the application: that of the `package.json` in the folder from which the process was started, or in
 * `folder`. `unknown` if there is none, or none that can be shown.
 */
export function applicationVersion(folder?: string): string {
  try {
    const manifest = readFileSync(join(folder ?? process.cwd(), 'package.json'), 'utf8');
    const { version } = JSON.parse(manifest) as { version?: unknown };
    return isShowable(version) ? version : UNKNOWN_VERSION;
  } catch {
    return UNKNOWN_VERSION;
  }
}

function isShowable(version: unknown): version is string {
  return typeof version === 'string' && version !== '' && version.length <= MAX_VERSION_LENGTH;
}
