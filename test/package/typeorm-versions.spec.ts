import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = 'libs/jobs/src';

/** The types are those of TypeORM 1, so that a compiler cannot see what 0.3 names otherwise. */
describe('the data source of a query runner or a manager', () => {
  it('is asked for with dataSourceOf() only, which knows what each TypeORM calls it', () => {
    const sources = readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /(?<!spec)\.ts$/.test(name),
    );
    const offenders = sources.filter((name) =>
      /\b\w*([rR]unner|[mM]anager)[?!]?\.(dataSource|connection)\b/.test(readFileSync(join(ROOT, name), 'utf8')),
    );
    expect(sources.length).toBeGreaterThan(100);
    expect(offenders).toEqual([]);
  });
});
