import { StartupError } from '@monstera/database';
import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** 32 random bytes in base64url. */
const TOKEN = /^[\w-]{43}$/;

/** Path of the file with the token. */
export const adminTokenFile = (dataDir: string): string => join(dataDir, 'admin-token');

/**
 * Returns the token in `<dataDir>/admin-token`. The first start creates it, readable only by its user. Processes that
 * start at the same time get the same token.
 *
 * @throws StartupError `MONSTERA_TOKEN_NOT_KEPT` if the file cannot be written or contains something else.
 */
export async function keptAdminToken(dataDir: string): Promise<string> {
  const path = adminTokenFile(dataDir);
  const draft = `${path}.${process.pid}`;
  try {
    await mkdir(dataDir, { recursive: true });
    await writeFile(draft, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600 });
    // `link` is atomic and never replaces a file. So nobody reads half a token, and the first token stays.
    await link(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw notKept(path, error);
  } finally {
    await rm(draft, { force: true });
  }
  return readToken(path);
}

async function readToken(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw notKept(path, error);
  });
  if (!TOKEN.test(text.trim())) throw notKept(path, new Error('it holds something else'));
  return text.trim();
}

function notKept(path: string, cause: unknown): StartupError {
  return new StartupError({
    code: 'MONSTERA_TOKEN_NOT_KEPT',
    what: `The token for changes cannot be kept in ${path}: ${(cause as Error).message}.`,
    fix: 'Delete that file or make its folder writable, choose another DATA_DIR, or set JOBS_ADMIN_TOKEN.',
    cause,
  });
}
