import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ObjectStore, OpenObject, StorageCallOptions, StoredObject } from './object-store.js';
import { StorageError } from './storage.error.js';

const MISSING = new Set(['ENOENT', 'ENOTDIR']);

/** Keeps objects as files in one folder, for development and for a single machine. */
export class FileStore implements ObjectStore {
  constructor(private readonly dir: string) {}

  /** Writes to a temporary file and renames it, so that readers see the old or the new object, never a part. */
  async put({ key, bytes }: StoredObject, { signal }: StorageCallOptions): Promise<void> {
    const path = join(this.dir, key);
    const draft = join(dirname(path), `.${randomUUID()}.tmp`);
    try {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(draft, bytes, { signal });
      await rename(draft, path);
    } catch (error) {
      await rm(draft, { force: true }).catch(() => undefined);
      signal?.throwIfAborted();
      throw explain(error);
    }
  }

  /** If the file is replaced while it is read, the reader still gets all of the old one. */
  async open(key: string): Promise<OpenObject | null> {
    try {
      const file = await open(join(this.dir, key), 'r');
      const facts = await file.stat();
      if (facts.isFile()) return { stream: file.createReadStream(), length: facts.size };
      await file.close();
      return null;
    } catch (error) {
      if (MISSING.has((error as NodeJS.ErrnoException).code ?? '')) return null;
      throw explain(error);
    }
  }

  close(): void {
    // There is no connection to close.
  }
}

function explain(error: unknown): StorageError {
  return new StorageError('STORAGE_UNAVAILABLE', {
    what: `the folder of the files answered ${(error as NodeJS.ErrnoException).code ?? String(error)}.`,
    fix: 'Check that DATA_DIR/storage can be read and written and that the disk has space.',
    cause: error,
  });
}
