import { JobService } from '@monstera/jobs';
import { monthlyReportGenerator } from '@monstera/monthly-reports';
import { StorageService } from '@monstera/storage';
import { DEMO_USERS, seedDemoUsers, WeeklyReportsService } from '@monstera/weekly-reports';
import readXlsxFile from 'read-excel-file/node';
import request from 'supertest';
import { DataSource } from 'typeorm';
import { MonthlyReportGeneratorProcessor } from '../../libs/monthly-reports/src/monthly-report-generator.processor.js';
import { MonthlyReportGeneratorSchedule } from '../../libs/monthly-reports/src/monthly-report-generator.schedule.js';
import { startFeatures } from './features-host.js';
import { jobRun, type JobRunOptions } from './job-run.js';
import { useStarted } from '../support/use-started.js';
import { useS3Server } from '../support/s3-server.js';

const MONTH = '2024-01';
const KEY = 'monthly-reports/2024-01.xlsx';

const s3 = useS3Server();
const host = useStarted((url) => {
  const { endpoint, bucket, accessKeyId, secretAccessKey } = s3;
  const storage = { endpoint, bucket, accessKeyId, secretAccessKey, forcePathStyle: true };
  return startFeatures({ databaseUrl: url, storage });
});
let dataSource: DataSource;

beforeAll(async () => {
  dataSource = host.get(DataSource);
  await seedDemoUsers(dataSource);
  await dataSource.query(`update users set active = false where id = any($1)`, [
    [DEMO_USERS[3]!.id, DEMO_USERS[4]!.id],
  ]);
  await dataSource.query(`update user_activity set active_from = '2023-01-01'`);
  await dataSource.query(`update user_activity set active_to = '2023-12-31' where active_to is not null`);
});

beforeEach(async () => {
  s3.requests.length = 0;
  await dataSource.query('delete from weekly_reports');
  await dataSource.query('delete from jobs');
  await dataSource.query('delete from monthly_reports');
});

const api = () => request(host.app.getHttpServer());

async function handIn(userId: string, week: string, hours: number): Promise<void> {
  await host.get(WeeklyReportsService).submit({ userId, week, hours, summary: 'Done' });
}

function generate(options: JobRunOptions = {}) {
  return host
    .get(MonthlyReportGeneratorProcessor)
    .process(...jobRun(monthlyReportGenerator, { month: MONTH }, options));
}

async function storedRows(): Promise<unknown[][]> {
  const workbook = await host.get(StorageService).get(KEY);
  const sheets = await readXlsxFile(workbook!);
  expect(sheets.map(({ sheet }) => sheet)).toEqual([MONTH, 'About']);
  return sheets[0]!.data;
}

describe('the monthly report', () => {
  it('is stored as a workbook with each engineer, what is missing, hours and totals', async () => {
    await handIn(DEMO_USERS[0]!.id, '2024-W01', 40);
    await handIn(DEMO_USERS[0]!.id, '2024-W04', 38.25);
    await handIn(DEMO_USERS[3]!.id, '2024-W02', 8);
    // The Sunday of this week is in February.
    await handIn(DEMO_USERS[0]!.id, '2024-W05', 99);

    const result = await generate();

    expect(result).toEqual({
      key: KEY,
      engineers: 4,
      totals: { handedIn: 3, missing: 10, hours: 86.25 },
      outcome: 'stored',
    });
    const weeks = ['2024-W01', '2024-W02', '2024-W03', '2024-W04'];
    const [one, two, three, four] = DEMO_USERS.map(({ name, email }) => [name, email]);
    expect(await storedRows()).toEqual([
      ['Engineer', 'E-mail', ...weeks, 'Handed in', 'Missing', 'Missing weeks', 'Hours'],
      [...one!, 40, null, null, 38.25, 2, 2, '2024-W02, 2024-W03', 78.25],
      [...two!, null, null, null, null, 0, 4, weeks.join(', '), 0],
      [...three!, null, null, null, null, 0, 4, weeks.join(', '), 0],
      [...four!, null, 8, null, null, 1, 0, null, 8],
      ['Total', null, 40, 8, 0, 38.25, 3, 10, null, 86.25],
    ]);
  });

  it('is replaced by a second run, never doubled', async () => {
    await generate();
    await handIn(DEMO_USERS[1]!.id, '2024-W02', 12);
    await generate();

    expect(s3.requests.filter((line) => line.startsWith('PUT'))).toEqual([
      `PUT /monstera/${KEY}`,
      `PUT /monstera/${KEY}`,
    ]);
    expect((await storedRows()).at(-1)?.at(-1)).toBe(12);
  });

  it('says when it was made, from what and for which weeks', async () => {
    await handIn(DEMO_USERS[0]!.id, '2024-W01', 40);
    await handIn(DEMO_USERS[1]!.id, '2024-W02', 32);
    await dataSource.query(`update weekly_reports set changed_at = '2024-01-31T23:30:00Z'`);

    await generate();

    const sheets = await readXlsxFile((await host.get(StorageService).get(KEY))!);
    expect(sheets[1]!.data).toEqual([
      ['Month', MONTH],
      ['Weeks', '2024-W01, 2024-W02, 2024-W03, 2024-W04'],
      ['Made at', expect.stringMatching(/^20\d\d-\d\d-\d\d \d\d:\d\d:\d\d \+09:00$/)],
      ['Reports', 2],
      ['Latest change', '2024-02-01 08:30:00 +09:00'],
      ['Changes until', expect.stringMatching(/ 00:00:00 \+09:00$/)],
    ]);
  });

  it('is not built before the month is over', async () => {
    const run = jobRun(monthlyReportGenerator, { month: '9998-01' });

    await expect(host.get(MonthlyReportGeneratorProcessor).process(...run)).rejects.toThrow('MONTH_NOT_OVER');
  });

  it('keeps a name that looks like an escape, or holds a control character, as it is', async () => {
    const name = '_x0041_ \u0001 <&>';
    await dataSource.query('update users set name = $1 where id = $2', [name, DEMO_USERS[2]!.id]);

    await generate();

    expect((await storedRows()).map(([cell]) => cell)).toContain(name);
    await dataSource.query(`update users set name = 'Demo Engineer 3' where id = $1`, [DEMO_USERS[2]!.id]);
  });

  it('keeps a name that looks like a formula as a text', async () => {
    await dataSource.query(`update users set name = '=1+1' where id = $1`, [DEMO_USERS[2]!.id]);

    await generate();

    expect((await storedRows()).map(([name]) => name)).toContain('=1+1');
    await dataSource.query(`update users set name = 'Demo Engineer 3' where id = $1`, [DEMO_USERS[2]!.id]);
  });

  it('stores nothing once its signal has fired, and says how far it is before', async () => {
    const abort = new AbortController();
    const progress: number[] = [];
    const onProgress = (percent: number) => {
      progress.push(percent);
      abort.abort(new Error('shutting down'));
    };

    await expect(generate({ signal: abort.signal, onProgress })).rejects.toThrow('shutting down');

    expect(progress).toEqual([30]);
    expect(s3.requests).toEqual([]);
  });
});

it('is tried for hours, as long as outages of a storage last', () => {
  const { maxAttempts, retry } = monthlyReportGenerator;
  const waits = Array.from({ length: maxAttempts - 1 }, (_, i) =>
    Math.min(retry.initialDelayMs * 2 ** i, retry.maxDelayMs),
  );
  const hours = waits.reduce((sum, wait) => sum + wait, 0) / 3_600_000;

  expect(hours).toBeGreaterThan(8);
  expect(hours).toBeLessThan(9);
});

describe('the REST routes of monthly reports', () => {
  it('enqueue one job per month', async () => {
    const first = await api().post('/monthly-reports').send({ month: MONTH }).expect(202);
    const second = await api().post('/monthly-reports').send({ month: MONTH }).expect(202);

    expect(first.body).toEqual({ job_id: expect.any(String), duplicate: false });
    expect(second.body).toEqual({ job_id: first.body.job_id, duplicate: true });
    expect(await host.get(JobService).get(first.body.job_id)).toMatchObject({
      type: 'monthly_report_generator',
      payload: { month: MONTH },
    });
  });

  it('give the workbook back as a file', async () => {
    await generate();

    const answer = await api().get(`/monthly-reports/${MONTH}`).buffer().parse(asBuffer).expect(200);

    expect(answer.headers).toMatchObject({
      'content-type': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      'content-disposition': 'attachment; filename="monthly-report-2024-01.xlsx"',
    });
    expect(answer.body).toEqual(await host.get(StorageService).get(KEY));
  });

  it('answer 404 for a month whose report has not been built', async () => {
    const { body } = await api().get('/monthly-reports/1999-12').expect(404);

    expect(body).toMatchObject({ errorCode: 'MONTHLY_REPORT_NOT_FOUND', fix: expect.stringContaining('POST') });
  });

  it('refuse a month that is not over', async () => {
    const { body } = await api().post('/monthly-reports').send({ month: '9998-01' }).expect(409);

    expect(body).toMatchObject({ errorCode: 'MONTH_NOT_OVER', issues: [{ path: 'month' }] });
  });

  it.each(['2024-13', '2024', '..%2F..%2Fetc'])('refuse the month %s', async (month) => {
    const download = await api().get(`/monthly-reports/${month}`).expect(400);
    const order = await api().post('/monthly-reports').send({ month }).expect(400);

    expect(download.body).toMatchObject({ errorCode: 'INVALID_REQUEST', issues: [{ path: 'month' }] });
    expect(order.body).toMatchObject({ errorCode: 'INVALID_REQUEST', issues: [{ path: 'month' }] });
    expect(await dataSource.query('select 1 from jobs')).toEqual([]);
  });
});

describe('the schedule of monthly reports', () => {
  it('enqueues the month before the planned time, in the zone of the schedule', async () => {
    // Midnight of 1 March in Tokyo, still February in UTC.
    const plannedAt = new Date('2024-02-29T15:00:00Z');
    const schedule = host.get(MonthlyReportGeneratorSchedule);

    await dataSource.transaction((manager) =>
      schedule.enqueueReport({ name: 'monthly', plannedAt, manager, signal: new AbortController().signal }),
    );

    expect(await dataSource.query('select payload from jobs')).toEqual([{ payload: { month: '2024-02' } }]);
  });
});

function asBuffer(response: request.Response, done: (error: Error | null, body: Buffer) => void): void {
  const chunks: Buffer[] = [];
  response.on('data', (chunk: Buffer) => chunks.push(chunk));
  response.on('end', () => done(null, Buffer.concat(chunks)));
}
