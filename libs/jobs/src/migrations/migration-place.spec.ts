import { jobsMigrations, jobsMigrationsIn } from './index.js';
import { migrationPlace } from './migration-place.js';

const plain = new Set(jobsMigrations.map(({ name }) => name));
const named = new Set(jobsMigrationsIn('app').map((Migration) => new Migration().name!));
const none = new Set<string>();

describe('where the migrations of a schema are recorded', () => {
  it.each([
    ['nowhere yet: as jobsMigrationsIn() does it', none, none, false, { named: true, tableInSchema: false }],
    ['by jobsMigrationsIn()', named, none, true, { named: true, tableInSchema: false }],
    ['by it, in a DataSource with the schema', none, named, true, { named: true, tableInSchema: true }],
    ['by a DataSource with the schema', none, plain, true, { named: false, tableInSchema: true }],
    ['by the option of JobsModule', plain, none, true, { named: false, tableInSchema: false }],
    ['by another application, in its own tables', plain, none, false, { named: true, tableInSchema: false }],
    ['by two applications', new Set([...plain, ...named]), none, true, { named: true, tableInSchema: false }],
  ])('%s', (_, onPath, inSchema, hasTables, expected) => {
    expect(migrationPlace('app', { onPath, inSchema, hasTables })).toEqual(expected);
  });
});
