import { createRequire } from 'node:module';

const manifest = createRequire(import.meta.url)('../package.json') as { version: string };

/** Shown in the OpenAPI document and with every worker in the database. */
export const VERSION = manifest.version;
