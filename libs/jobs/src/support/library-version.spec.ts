import { readFileSync } from 'node:fs';
import { LIBRARY_VERSION } from './library-version.js';

it('LIBRARY_VERSION is that of package.json', () => {
  const { version } = JSON.parse(readFileSync('libs/jobs/package.json', 'utf8')) as { version: string };

  expect(LIBRARY_VERSION).toBe(version);
});
