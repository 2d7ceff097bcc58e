import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applicationVersion } from './application-version.js';

describe('applicationVersion', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'application-'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const versionIn = (manifest: string) => {
    writeFileSync(join(folder, 'package.json'), manifest);
    return applicationVersion(folder);
  };

  it('is that of the package.json of the folder, by default of the working directory', () => {
    expect(versionIn('{"name":"shop","version":"7.1.0-rc.1"}')).toBe('7.1.0-rc.1');
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(applicationVersion()).toBe(version);
  });

  it('is unknown without one that can be shown', () => {
    expect(applicationVersion(folder)).toBe('unknown');
    for (const manifest of ['{', 'null', '{"private":true}', '{"version":7}', '{"version":""}'])
      expect([manifest, versionIn(manifest)]).toEqual([manifest, 'unknown']);
    expect(versionIn(JSON.stringify({ version: '1'.repeat(50) }))).toBe('1'.repeat(50));
    expect(versionIn(JSON.stringify({ version: '1'.repeat(51) }))).toBe('unknown');
  });
});
