import type { DataSource } from 'typeorm';
import { PatientConnection } from '../../libs/jobs/src/store/worker-connections/patient-connection.js';
import { statement } from '../../libs/jobs/src/store/statement.js';
import { eventually } from '../support/index.js';
import { useDatabase } from '../support/use-database.js';

const sleep = statement<[seconds: number], never>('test_sleep', 'select pg_sleep($1)');
const limit = statement<[], { ms: string }>('test_limit', `select current_setting('statement_timeout') as ms`);

describe('a patient connection', () => {
  const database = useDatabase();
  let dataSource: DataSource;
  let patient: PatientConnection;

  beforeAll(async () => {
    dataSource = await database.openDataSource();
  });

  beforeEach(() => {
    patient = new PatientConnection({ dataSource, purpose: 'statistics', pooled: false });
  });

  afterEach(() => patient.end());

  const open = async () =>
    (
      await dataSource.query<{ query: string }[]>(
        `select query from pg_stat_activity where application_name like '% statistics' and datname = current_database()`,
      )
    ).map(({ query }) => query);

  it('is one connection, made when it is needed, whatever comes at once', async () => {
    expect(await open()).toEqual([]);
    await Promise.all([patient.run(sleep, [0.05]), patient.run(limit, []), patient.run(limit, [])]);
    expect(await open()).toHaveLength(1);
  });

  it('gives statements ten minutes', async () => {
    expect(await patient.run(limit, [])).toEqual([{ ms: '10min' }]);
  });

  it('ends at once, whatever runs or waits: nobody’s shutdown waits for a statistic', async () => {
    const running = [patient.run(sleep, [60]), patient.run(limit, [])].map((run) =>
      run.then(
        () => 'answered',
        () => 'failed',
      ),
    );
    await eventually(async () => expect(await open()).toEqual(['select pg_sleep($1)']));
    const startedMs = performance.now();
    await patient.end();
    expect(await Promise.all(running)).toEqual(['failed', 'failed']);
    expect(performance.now() - startedMs).toBeLessThan(5_000);
    await expect(patient.run(limit, [])).rejects.toThrow('Connection terminated');
  });
});
