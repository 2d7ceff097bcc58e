import { createRequire } from 'node:module';

const manifest = createRequire(import.meta.url)('../package.json') as { version: string };

/** The version in the OpenAPI document and in every worker's row. */
export const VERSION = manifest.version;
