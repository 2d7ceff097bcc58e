import { JobsSystem, jobsMigrations } from '@monstera/jobs';
import { DataSource } from 'typeorm';
import { API, startOperatedHost } from './admin-host.js';
import { useStarted } from '../support/use-started.js';

describe('the system', () => {
  const host = useStarted((url) => startOperatedHost(url));

  beforeAll(async () => {
    const dataSource = host.get(DataSource);
    await dataSource.query(`insert into jobs (id, type) select jobs_new_id(), 'bulk' from generate_series(1, 2000)`);
    await dataSource.query('analyze jobs');
    await dataSource.query('drop index jobs_finished');
  });

  it('shows versions, schema, sizes, and what the doctor finds with its remedy', async () => {
    const { body } = await host.http.get(`${API}/system`).expect(200);

    expect(body).toMatchObject({
      environment: 'development',
      versions: {
        library: expect.stringMatching(/^\d+\.\d+\.\d+/),
        application: expect.stringMatching(/^\d+\.\d+\.\d+/),
        node: process.versions.node,
        postgres: expect.stringMatching(/^\d+/),
      },
      schema: { latest: jobsMigrations.at(-1)!.name, pending: [] },
    });
    const [jobs] = body.tables as { name: string; rows: number; tableBytes: number; indexBytes: number }[];
    expect(jobs!.name).toBe('jobs');
    expect(jobs!.tableBytes).toBeGreaterThan(100_000);
    expect(jobs!.indexBytes).toBeGreaterThan(100_000);
    expect(body.tables).toHaveLength(14);
    expect(body.indexes.map(({ name }: { name: string }) => name)).toContain('jobs_due');
    expect(body.findings).toContainEqual({
      code: 'JOBS_INDEX_MISSING',
      severity: 'problem',
      what: 'The index jobs_finished is missing.',
      remedy: expect.stringMatching(/^create index concurrently jobs_finished /),
    });
    // The host's own tables and migrations are none of its business.
    expect(body.findings.map(({ code }: { code: string }) => code)).not.toContain('JOBS_SCHEMA_OUTDATED');
    expect(body.findings.map(({ code }: { code: string }) => code)).not.toContain('JOBS_SCHEMA_DRIFTED');
  });

  it('is examined once for all who look within 30 seconds', async () => {
    const system = host.get(JobsSystem);
    const answers = await Promise.all([system.system(), system.system(), system.system()]);

    expect(new Set(answers).size).toBe(1);
  });
});
