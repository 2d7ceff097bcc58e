import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ObjectStore, StorageCallOptions, StoredObject } from './object-store.js';

/** Objects as files under one folder, for development and for a single machine. */
export class FileStore implements ObjectStore {
  constructor(private readonly dir: string) {}

  /** Readers see the old object or the new one, never a half: it appears by a rename. */
  async put({ key, bytes }: StoredObject, { signal }: StorageCallOptions): Promise<void> {
    const path = join(this.dir, key);
    const draft = join(dirname(path), `.${randomUUID()}.tmp`);
    await mkdir(dirname(path), { recursive: true });
    try {
      await writeFile(draft, bytes, { signal });
      await rename(draft, path);
    } catch (error) {
      await rm(draft, { force: true });
      signal?.throwIfAborted();
      throw error;
    }
  }

  async get(key: string, { signal }: StorageCallOptions): Promise<Buffer | null> {
    try {
      return await readFile(join(this.dir, key), { signal });
    } catch (error) {
      signal?.throwIfAborted();
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  close(): void {
    // Files hold nothing open.
  }
}
