import { JobAuditService } from '@monstera/jobs';
import { useHost } from './use-host.js';

describe('the list of the audit', () => {
  const host = useHost({ jobs: { role: 'producer' } });
  let audit: JobAuditService;

  beforeAll(() => {
    audit = host.get(JobAuditService);
  });

  beforeEach(() => host.dataSource.query('truncate job_audit'));

  it('has what was recorded', async () => {
    const jobId = '019a0000-0000-7000-8000-000000000000';
    await audit.record({ actor: 'ada', action: 'job.cancel', jobId, details: { status: 'cancelled' } });
    expect(await audit.list()).toEqual({
      entries: [
        {
          id: expect.any(String) as string,
          actor: 'ada',
          action: 'job.cancel',
          jobId,
          details: { status: 'cancelled' },
          createdAt: expect.any(Date) as Date,
        },
      ],
      next: null,
    });
  });

  it('comes page by page, the newest first', async () => {
    await host.dataSource.query(
      `insert into job_audit (id, actor, action)
       select (lpad(to_hex(1700000000000 + n), 12, '0') || '70008000' || '000000000000')::uuid, 'ada', n::text
       from generate_series(1, 25) as n`,
    );
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await audit.list({ limit: 10, after });
      seen.push(...page.entries.map(({ action }) => action));
      after = page.next ?? undefined;
    } while (after !== undefined);
    expect(seen).toEqual(Array.from({ length: 25 }, (_, i) => String(25 - i)));
  });

  it.each<[object, string]>([
    [{ limit: 0 }, 'limit'],
    [{ limit: 1_001 }, 'limit'],
    [{ after: 'x' }, 'after'],
    [{ before: 'x' }, 'before'],
  ])('is refused with %j', async (given, path) => {
    await expect(audit.list(given)).rejects.toMatchObject({ code: 'JOBS_INVALID_OPTION', issues: [{ path }] });
  });
});
