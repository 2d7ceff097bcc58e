import { DEMO_USERS, isoWeekOf, seedDemoUsers } from '@monstera/weekly-reports';
import request from 'supertest';
import { DataSource } from 'typeorm';
import { startFeatures } from './features-host.js';
import { useStarted } from '../support/use-started.js';

const DAY_MS = 86_400_000;
const STRANGER = '99999999-9999-4999-8999-999999999999';

const host = useStarted((url) => startFeatures({ databaseUrl: url, weeklyReports: { closesAfterDays: 7 } }));
let dataSource: DataSource;

beforeAll(async () => {
  dataSource = host.get(DataSource);
  await seedDemoUsers(dataSource);
});

beforeEach(async () => {
  for (const table of ['weekly_reports', 'audit_logs', 'jobs']) await dataSource.query(`delete from ${table}`);
});

const api = () => request(host.app.getHttpServer());
const weekIn = (days: number) => isoWeekOf(new Date(Date.now() + days * DAY_MS), 'Asia/Tokyo');
const REPORT = { user_id: DEMO_USERS[1]!.id, hours: 38.5, summary: 'Wrote the tests.' };

async function handIn(week = weekIn(0)): Promise<string> {
  const { body } = await api()
    .post('/weekly-reports')
    .send({ ...REPORT, week })
    .expect(201);
  return body.id;
}

/** A report of a month that is closed: nobody could hand it in now. */
async function closedReport(): Promise<string> {
  const [{ id }] = await dataSource.query(
    `insert into weekly_reports (user_id, week, hours, summary) values ($1, '2024-W03', 8, 'Old') returning id`,
    [REPORT.user_id],
  );
  return id;
}

describe('a weekly report', () => {
  it('can be changed, which the audit log keeps with the hours of before', async () => {
    const id = await handIn();

    const { body } = await api().patch(`/weekly-reports/${id}`).send({ hours: 40 }).expect(200);

    expect(body).toMatchObject({ ...REPORT, id, hours: 40 });
    expect(new Date(body.changed_at).getTime()).toBeGreaterThan(new Date(body.submitted_at).getTime());
    const [entry] = await dataSource.query('select actor, action, subject, details from audit_logs');
    const details = { user_id: REPORT.user_id, week: weekIn(0), hours: 38.5 };
    expect(entry).toEqual({ actor: 'api', action: 'weekly_report.changed', subject: id, details });
  });

  it('can be withdrawn, and handed in again', async () => {
    const id = await handIn();

    await api().delete(`/weekly-reports/${id}`).expect(204);

    await api().delete(`/weekly-reports/${id}`).expect(404);
    await api().patch(`/weekly-reports/${id}`).send({ hours: 1 }).expect(404);
    expect(await handIn()).not.toBe(id);
  });

  it('of a closed month stays as it is', async () => {
    const id = await closedReport();
    const late = { ...REPORT, user_id: DEMO_USERS[2]!.id, week: '2024-W03' };

    const answers = [
      await api().patch(`/weekly-reports/${id}`).send({ hours: 1 }).expect(409),
      await api().delete(`/weekly-reports/${id}`).expect(409),
      await api().post('/weekly-reports').send(late).expect(409),
    ];

    for (const { body } of answers) expect(body).toMatchObject({ errorCode: 'MONTH_CLOSED', fix: expect.any(String) });
    expect(await dataSource.query('select hours from weekly_reports')).toEqual([{ hours: '8.00' }]);
  });

  it('can be handed in four weeks ahead, and no further: the refusal names the last week', async () => {
    await handIn(weekIn(28));

    const { body } = await api()
      .post('/weekly-reports')
      .send({ ...REPORT, week: weekIn(35) })
      .expect(400);
    await api()
      .post('/weekly-reports')
      .send({ ...REPORT, week: '9999-W01' })
      .expect(400);

    expect(body).toMatchObject({ errorCode: 'WEEK_TOO_FAR_AHEAD', issues: [{ path: 'week' }] });
    expect(body.message).toContain(weekIn(28));
  });

  it.each([{}, { hours: 1.1 }, { hours: 169 }, { summary: ' ' }, { week: '2024-W03' }, { user_id: STRANGER }])(
    'is not changed by %j',
    async (change) => {
      const id = await handIn();

      const { body } = await api().patch(`/weekly-reports/${id}`).send(change).expect(400);

      expect(body.errorCode).toBe('INVALID_REQUEST');
    },
  );

  it('is looked for by its id alone', async () => {
    await api().patch(`/weekly-reports/${STRANGER}`).send({ hours: 1 }).expect(404);
    await api().delete('/weekly-reports/mine').expect(400);
  });
});
