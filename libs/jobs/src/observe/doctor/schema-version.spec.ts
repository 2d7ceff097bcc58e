import { jobsMigrations, jobsMigrationsIn } from '../../migrations/index.js';
import { versionOf } from './schema-version.js';

const NAMES = jobsMigrations.map(({ name }) => name);
const NAMED = jobsMigrationsIn('ops').map((Migration) => new Migration().name!);

describe('the version of the schema', () => {
  it('is the last migration that has run, of those that the DataSource declares', () => {
    expect(versionOf(new Set([...NAMES, 'HostTables1']), NAMES, undefined)).toEqual({
      latest: NAMES.at(-1),
      pending: [],
    });
    expect(versionOf(new Set(NAMES.slice(0, 2)), NAMES, undefined)).toEqual({
      latest: NAMES[1],
      pending: NAMES.slice(2),
    });
    expect(versionOf(new Set(), NAMES, undefined)).toEqual({ latest: null, pending: NAMES });
  });

  it('is found by what is recorded where the DataSource declares none', () => {
    expect(versionOf(new Set(NAMES), [], undefined)).toEqual({ latest: NAMES.at(-1), pending: [] });
    expect(versionOf(new Set(NAMED.slice(0, 1)), [], 'ops')).toEqual({ latest: NAMED[0], pending: NAMED.slice(1) });
  });

  it('is not known where nothing is recorded', () => {
    expect(versionOf(new Set(['HostTables1']), [], 'ops')).toEqual({ latest: null, pending: null });
  });
});
