import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SCENARIOS } from '../scenarios/index.js';
import { BREAKS } from './breaks.js';
import { SOURCES } from './broken-copy.js';

describe('npm run chaos:breaks', () => {
  it('breaks something for every scenario; the soak is the same as "mixed"', () => {
    const names = SCENARIOS.map(({ name }) => name).filter((name) => name !== 'soak');
    expect(BREAKS.map(({ scenario }) => scenario)).toEqual(names);
  });

  it.each(BREAKS.flatMap(({ edits }) => edits))('finds its line once in $file: $line', ({ file, line }) => {
    const text = readFileSync(join(process.cwd(), SOURCES, file), 'utf8');
    expect(text.split(line)).toHaveLength(2);
  });
});
