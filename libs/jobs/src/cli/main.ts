#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { runCli } from './program.js';

/** The reader has seen enough, as in `jobs list | head`. */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
}

const { stdin, stdout, stderr } = process;
stdout.on('error', endQuietly);
stderr.on('error', endQuietly);

const manifest = new URL('../../package.json', import.meta.url);
const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };

process.exitCode = await runCli(process.argv.slice(2), {
  terminal: { stdin, stdout, stderr },
  databaseUrl: process.env.DATABASE_URL,
  version,
});
