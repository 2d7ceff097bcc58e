import { Injectable, ServiceUnavailableException } from '@nestjs/common';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

/** A file that can be sent as it is. */
export interface WebFile {
  type: string;
  body: Buffer;
  zipped: Buffer;
}

const TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const BASE = '<base href="./" />';

/** The pages as `npm run build` has made them. This file is in `src/web` or, compiled, in `dist/web`. */
const FOLDER = fileURLToPath(new URL('../../dist/web/bundle/', import.meta.url));

/**
 * The files of the dashboard. They are read once, and only those that were there then are served: no name in an address
 * ever becomes a path.
 */
@Injectable()
export class WebBundle {
  private loaded?: { page: string; assets: ReadonlyMap<string, WebFile> };

  /** The one page of all screens, with its base. */
  page(base: string): string {
    return this.files().page.replace(BASE, `<base href="${base}" />`);
  }

  asset(name: string): WebFile | undefined {
    return this.files().assets.get(name);
  }

  private files() {
    if (!existsSync(join(FOLDER, 'index.html')))
      throw new ServiceUnavailableException('The dashboard has not been built. Run `npm run build`.');
    return (this.loaded ??= load());
  }
}

function load() {
  const folder = join(FOLDER, 'assets');
  const names = readdirSync(folder).filter((name) => extname(name) in TYPES);
  const assets = new Map(names.map((name) => [name, fileOf(join(folder, name))]));
  return { page: readFileSync(join(FOLDER, 'index.html'), 'utf8'), assets };
}

function fileOf(path: string): WebFile {
  const body = readFileSync(path);
  return { type: TYPES[extname(path)]!, body, zipped: gzipSync(body) };
}
