import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { LaunchOptions } from 'playwright-core';

const SCRIPT = resolve('test/dashboard/extract-chromium.mjs');
const FONTS = 'fonts.conf';
const MANIFEST = resolve('node_modules/@sparticuz/chromium/package.json');

/**
 * How to launch the Chromium of the npm package. It is unpacked once per version and user: into a folder beside the final
 * one, because two specs may do it at the same time.
 */
export async function chromiumHere(): Promise<LaunchOptions> {
  const { version } = JSON.parse(await readFile(MANIFEST, 'utf8')) as { version: string };
  const folder = join(tmpdir(), `monstera-chromium-${version}-${process.getuid?.() ?? ''}`);
  if (!existsSync(folder)) await unpack(folder);
  return {
    executablePath: join(folder, 'chromium'),
    env: { ...process.env, LD_LIBRARY_PATH: join(folder, 'al2023', 'lib'), FONTCONFIG_FILE: join(folder, FONTS) },
  };
}

async function unpack(folder: string): Promise<void> {
  const draft = await mkdtemp(`${folder}-`);
  await writeFile(join(draft, FONTS), fontsOf(folder));
  await promisify(execFile)(process.execPath, [SCRIPT], { env: { ...process.env, TMPDIR: draft } });
  await rename(draft, folder).catch(() => rm(draft, { recursive: true }));
}

/** The font of the package, and those of this machine. */
function fontsOf(folder: string): string {
  const folders = [join(folder, 'fonts'), '/usr/share/fonts', '/usr/local/share/fonts'];
  const entries = [...folders.map((each) => `<dir>${each}</dir>`), `<cachedir>${join(folder, 'cache')}</cachedir>`];
  return `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>${entries.join('')}</fontconfig>`;
}
