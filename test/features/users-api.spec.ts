import { DEMO_USERS, seedDemoUsers, WeeklyReportsService } from '@monstera/weekly-reports';
import request from 'supertest';
import { DataSource } from 'typeorm';
import { startFeatures } from './features-host.js';
import { useStarted } from '../support/use-started.js';

const STRANGER = '99999999-9999-4999-8999-999999999999';

const host = useStarted((url) => startFeatures({ databaseUrl: url }));
let dataSource: DataSource;

beforeAll(async () => {
  dataSource = host.get(DataSource);
  await seedDemoUsers(dataSource);
});

beforeEach(async () => {
  await dataSource.query('delete from audit_logs');
  await dataSource.query(`delete from weekly_reports`);
  await dataSource.query(`delete from users where email not like 'demo.engineer.%'`);
});

const api = () => request(host.app.getHttpServer());
const audited = () => dataSource.query('select actor, action, subject, details from audit_logs order by created_at');
const activity = (id: string) =>
  dataSource.query('select active_to is null as open from user_activity where user_id = $1 order by active_from', [id]);

async function addUser(email = 'ada@example.com', name = 'Ada'): Promise<string> {
  const { body } = await api().post('/users').send({ name, email }).expect(201);
  return body.id;
}

describe('POST /users', () => {
  it('adds an active user, and says so in the audit log without the address', async () => {
    const { body } = await api().post('/users').send({ name: ' Ada Lovelace ', email: 'ada@example.com' }).expect(201);

    expect(body).toEqual({ id: expect.any(String), name: 'Ada Lovelace', email: 'ada@example.com', active: true });
    expect(await activity(body.id)).toEqual([{ open: true }]);
    expect(await audited()).toEqual([{ actor: 'api', action: 'user.created', subject: body.id, details: {} }]);
  });

  it.each(['jörg@example.com', '用户@例え.jp', "o'neil+tag@sub.example.co.uk", 'a.b_c-d@xn--bcher-kva.example'])(
    'takes the address %s',
    async (email) => {
      await api().post('/users').send({ name: 'Ada', email }).expect(201);
    },
  );

  it.each([
    'ada',
    'ada@',
    '@example.com',
    'ada@localhost',
    'ada@@example.com',
    'ada@example..com',
    '.ada@example.com',
    'ada b@example.com',
    'ada@example.com, bob@example.com',
    'Ada <ada@example.com>',
    'ada@example.com\nBcc: bob@example.com',
    'ada@-example.com',
    `${'a'.repeat(65)}@example.com`,
    '',
  ])('refuses the address %j', async (email) => {
    const { body } = await api().post('/users').send({ name: 'Ada', email }).expect(400);

    expect(body).toMatchObject({ errorCode: 'INVALID_REQUEST', issues: [{ path: 'email' }] });
  });

  it.each(['', ' ', 'a\nb', 'a\0b', 'a'.repeat(201)])('refuses the name %j', async (name) => {
    const { body } = await api().post('/users').send({ name, email: 'ada@example.com' }).expect(400);

    expect(body).toMatchObject({ errorCode: 'INVALID_REQUEST', issues: [{ path: 'name' }] });
  });

  it('gives an address to one user, whatever its capitals, also when two ask at once', async () => {
    const ask = () => api().post('/users').send({ name: 'Ada', email: 'ada@example.com' });
    const statuses = (await Promise.all([ask(), ask(), ask()])).map(({ status }) => status);
    const { body } = await api().post('/users').send({ name: 'Ada', email: 'ADA@Example.com' }).expect(409);

    expect(statuses.sort()).toEqual([201, 409, 409]);
    expect(body).toMatchObject({ errorCode: 'EMAIL_TAKEN', issues: [{ path: 'email' }] });
  });
});

describe('PATCH /users/:id', () => {
  it('renames and changes the address', async () => {
    const id = await addUser();

    const { body } = await api().patch(`/users/${id}`).send({ name: 'Ada L.', email: 'ada.l@example.com' }).expect(200);

    expect(body).toEqual({ id, name: 'Ada L.', email: 'ada.l@example.com', active: true });
    expect((await audited()).at(-1)).toMatchObject({ action: 'user.changed', details: { fields: ['name', 'email'] } });
  });

  it('deactivates and reactivates, and keeps when', async () => {
    const id = await addUser();
    await api().patch(`/users/${id}`).send({ active: false }).expect(200);
    expect(await activity(id)).toEqual([{ open: false }]);

    await api().patch(`/users/${id}`).send({ active: true }).expect(200);
    await api().patch(`/users/${id}`).send({ active: true }).expect(200);

    expect(await activity(id)).toEqual([{ open: false }, { open: true }]);
  });

  it('refuses the address of somebody else, an empty change and an unknown user', async () => {
    const id = await addUser();
    const taken = await api().patch(`/users/${id}`).send({ email: DEMO_USERS[0]!.email }).expect(409);
    const own = await api().patch(`/users/${id}`).send({ email: 'Ada@example.com' }).expect(200);
    const empty = await api().patch(`/users/${id}`).send({}).expect(400);
    const unknown = await api().patch(`/users/${STRANGER}`).send({ name: 'X' }).expect(404);
    await api().patch('/users/me').send({ name: 'X' }).expect(400);

    expect(taken.body.errorCode).toBe('EMAIL_TAKEN');
    expect(own.body.email).toBe('Ada@example.com');
    expect(empty.body.errorCode).toBe('INVALID_REQUEST');
    expect(unknown.body.errorCode).toBe('USER_NOT_FOUND');
  });
});

describe('DELETE /users/:id', () => {
  it('removes what is personal, keeps the hours, and frees the address', async () => {
    const id = await addUser();
    await host.get(WeeklyReportsService).submit({ userId: id, week: '2024-W03', hours: 8, summary: 'Secret' });
    await dataSource.query(
      `insert into weekly_report_reminders (user_id, week, message_id, reserved_by, reserved_attempt, reserved_until)
       values ($1, '2024-W04', 'm', 'j', 1, now())`,
      [id],
    );

    await api().delete(`/users/${id}`).expect(204);

    const [user] = await dataSource.query('select name, email, active from users where id = $1', [id]);
    expect(user).toEqual({ name: 'Deleted user', email: `${id}@deleted.invalid`, active: false });
    expect(await dataSource.query('select hours, summary from weekly_reports')).toEqual([
      { hours: '8.00', summary: '' },
    ]);
    expect(await dataSource.query('select 1 from weekly_report_reminders where user_id = $1', [id])).toEqual([]);
    expect((await api().get('/users?limit=1000')).body.map((listed: { id: string }) => listed.id)).not.toContain(id);
    expect((await audited()).at(-1)).toMatchObject({ action: 'user.deleted', subject: id, details: {} });
    await addUser();
  });

  it('answers 404 afterwards, for changes and for reports too', async () => {
    const id = await addUser();
    await api().delete(`/users/${id}`).expect(204);
    const report = { user_id: id, week: '2024-W03', hours: 8, summary: 'Back' };

    await api().delete(`/users/${id}`).expect(404);
    await api().patch(`/users/${id}`).send({ active: true }).expect(404);
    await api().post('/weekly-reports').send(report).expect(404);
  });
});
