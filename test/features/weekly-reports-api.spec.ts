import { JobService } from '@monstera/jobs';
import { DEMO_USERS, reminderKey, seedDemoUsers, weeklyReportReminder } from '@monstera/weekly-reports';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import request from 'supertest';
import { DataSource } from 'typeorm';
import { startFeatures } from './features-host.js';
import { useStarted } from '../support/use-started.js';

const REPORT = { user_id: DEMO_USERS[1]!.id, week: '2024-W03', hours: 38.5, summary: 'Wrote the tests.' };

const host = useStarted((url) => startFeatures({ databaseUrl: url }));
let dataSource: DataSource;

beforeAll(async () => {
  dataSource = host.get(DataSource);
  await seedDemoUsers(dataSource);
});

beforeEach(async () => {
  await dataSource.query('delete from weekly_reports');
  await dataSource.query('delete from jobs');
});

const api = () => request(host.app.getHttpServer());

describe('GET /users', () => {
  it('lists the users a page at a time', async () => {
    const first = await api().get('/users?limit=2').expect(200);
    const second = await api().get(`/users?after=${first.body[1].id}`).expect(200);

    expect(first.body[0]).toEqual({ ...DEMO_USERS[0], active: true });
    expect([...first.body, ...second.body].map(({ name }) => name)).toEqual(DEMO_USERS.map(({ name }) => name));
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=many', 'limit'],
    ['limit=1001', 'limit'],
    ['after=someone', 'after'],
  ])('refuses ?%s', async (query, path) => {
    const { body } = await api().get(`/users?${query}`).expect(400);

    expect(body).toMatchObject({ errorCode: 'INVALID_REQUEST', issues: [{ path }] });
  });
});

describe('POST /weekly-reports', () => {
  it('hands a report in', async () => {
    const { body } = await api().post('/weekly-reports').send(REPORT).expect(201);
    const list = await api().get('/weekly-reports?week=2024-W03').expect(200);

    expect(body).toMatchObject(REPORT);
    expect(new Date(body.submitted_at).getTime()).not.toBeNaN();
    expect(list.body).toEqual([body]);
  });

  it('names every field that is wrong, and writes nothing', async () => {
    const bad = { user_id: 'me', week: '2021-W53', hours: 200, summary: ' ', extra: 1 };

    const { body } = await api().post('/weekly-reports').send(bad).expect(400);

    expect(body).toMatchObject({ statusCode: 400, errorCode: 'INVALID_REQUEST', fix: expect.any(String) });
    expect(body.issues.map(({ path }: { path: string }) => path)).toEqual([
      'user_id',
      'week',
      'hours',
      'summary',
      'request',
    ]);
    for (const { message } of body.issues) expect(message).toEqual(expect.stringMatching(/./));
    expect(await dataSource.query('select 1 from weekly_reports')).toEqual([]);
  });

  it.each([
    ['no body', undefined],
    ['hours that are no quarters', { ...REPORT, hours: 1.1 }],
    ['hours as text', { ...REPORT, hours: '8' }],
    ['a character that PostgreSQL cannot store', { ...REPORT, summary: 'a\0b' }],
    ['half a character, which would be stored as another', { ...REPORT, summary: 'a\ud800' }],
  ])('refuses %s', async (_what, body) => {
    await api().post('/weekly-reports').send(body).expect(400);
    expect(await dataSource.query('select 1 from weekly_reports')).toEqual([]);
  });

  it('answers 404 for a user who does not exist', async () => {
    const stranger = { ...REPORT, user_id: '99999999-9999-4999-8999-999999999999' };

    const { body } = await api().post('/weekly-reports').send(stranger).expect(404);

    expect(body).toMatchObject({ errorCode: 'USER_NOT_FOUND', issues: [{ path: 'user_id' }] });
  });

  it('answers 409 for a second report of a week, and keeps the first', async () => {
    await api().post('/weekly-reports').send(REPORT).expect(201);

    const { body } = await api()
      .post('/weekly-reports')
      .send({ ...REPORT, hours: 1 })
      .expect(409);

    expect(body).toMatchObject({ errorCode: 'WEEKLY_REPORT_EXISTS', issues: [{ path: 'week' }] });
    const list = await api().get('/weekly-reports?week=2024-W03');
    expect(list.body).toMatchObject([{ hours: 38.5 }]);
  });

  it('takes one of several that arrive together', async () => {
    const answers = await Promise.all([1, 2, 3, 4].map(() => api().post('/weekly-reports').send(REPORT)));

    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
  });

  it('cancels the pending reminder of that user and week, and no other', async () => {
    const jobs = host.get(JobService);
    const remind = async (userId: string, week: string) => {
      const options = { uniqueKey: reminderKey(userId, week), delayMs: 3_600_000 };
      return (await jobs.enqueue(weeklyReportReminder, { user_id: userId, week }, options)).id;
    };
    const mine = await remind(REPORT.user_id, REPORT.week);
    const others = [await remind(DEMO_USERS[2]!.id, REPORT.week), await remind(REPORT.user_id, '2024-W04')];

    await api()
      .post('/weekly-reports')
      .send({ ...REPORT, user_id: REPORT.user_id.toUpperCase() })
      .expect(201);

    expect(await jobs.get(mine)).toMatchObject({ status: 'cancelled' });
    for (const id of others) expect(await jobs.get(id)).toMatchObject({ status: 'pending' });
  });
});

describe('GET /weekly-reports', () => {
  it('pages through a week by user', async () => {
    for (const { id } of DEMO_USERS)
      await api()
        .post('/weekly-reports')
        .send({ ...REPORT, user_id: id })
        .expect(201);

    const first = await api().get('/weekly-reports?week=2024-W03&limit=3').expect(200);
    const rest = await api().get(`/weekly-reports?week=2024-W03&after=${first.body[2].user_id}`).expect(200);

    expect([...first.body, ...rest.body].map(({ user_id }) => user_id)).toEqual(DEMO_USERS.map(({ id }) => id));
  });

  it.each(['', '?week=2021-W53', '?week=2024-3'])('refuses %j', async (query) => {
    const { body } = await api().get(`/weekly-reports${query}`).expect(400);

    expect(body).toMatchObject({ errorCode: 'INVALID_REQUEST', issues: [{ path: 'week' }] });
  });
});

describe('the OpenAPI document', () => {
  it('describes bodies, queries and answers of the routes', () => {
    const { paths } = SwaggerModule.createDocument(host.app, new DocumentBuilder().build());

    const submit = paths['/weekly-reports']?.post;
    expect(submit?.requestBody).toMatchObject({
      content: { 'application/json': { schema: { properties: { week: { example: '2024-W03' }, hours: {} } } } },
    });
    expect(Object.keys(submit?.responses ?? {})).toEqual(expect.arrayContaining(['201', '400', '404', '409']));
    const parameters = paths['/weekly-reports']?.get?.parameters;
    expect(parameters).toEqual(
      expect.arrayContaining([expect.objectContaining({ name: 'week', in: 'query', required: true })]),
    );
    expect(paths['/monthly-reports/{month}']?.get?.parameters).toMatchObject([{ name: 'month', in: 'path' }]);
  });
});
