import { MonthlyReportsService, type StoredMonthlyReport } from '@monstera/monthly-reports';
import { eventually } from '../support/index.js';
import { MonthLab, type Monday } from './month-lab.js';

/** 300 for `npm run test:features`; a multiple of three. */
const USERS = Number(process.env.MONSTERA_MONTH_USERS ?? 60);
const MONTH = '2026-10';
/** Mondays at nine in Tokyo. All of their weeks are October's. */
const MONDAYS = ['2026-W41', '2026-W42', '2026-W43', '2026-W44'].map((week, i) => ({
  week,
  plannedAt: new Date(Date.UTC(2026, 9, 5 + 7 * i)),
}));
const [QUIET, OUTAGE, GREYLISTING, RESTART] = MONDAYS as [Monday, Monday, Monday, Monday];
const DUE_EACH_WEEK = (USERS / 3) * 2;
const OVERTAKEN = 5;

let lab: MonthLab;

beforeAll(async () => {
  lab = await MonthLab.open();
  await lab.query(PEOPLE_AND_REPORTS, [USERS]);
}, 60_000);

afterAll(() => lab.close());

describe(`a month of ${USERS} people`, () => {
  it('sends each reminder once, whatever is down, and makes a report that is right', async () => {
    await deployAmidReminders();
    await remindWithoutMailServer();
    await remindGreylisted();
    await restartDatabaseAmidReminders();

    const ids = lab.smtp.mails.map(({ messageId }) => messageId);
    expect(await lab.query(DUE, [MONDAYS.map(({ week }) => week)])).toHaveLength(4 * DUE_EACH_WEEK);
    expect(ids).toHaveLength(4 * DUE_EACH_WEEK - OVERTAKEN);
    expect(new Set(ids).size).toBe(ids.length);
    expect(await lab.query(OUTCOMES)).toEqual(EXPECTED);

    const report = await reportOfTheMonth();
    const [figures] = await lab.query<{ handedIn: number; missing: number; hours: string }>(FIGURES, [USERS]);
    expect(report).toMatchObject({
      attempts: 1,
      result: { totals: { ...figures, hours: Number(figures!.hours) }, engineers: USERS },
    });
  }, 240_000);
});

async function deployAmidReminders(): Promise<void> {
  await lab.tick(QUIET);
  await eventually(() => lab.sentMails(QUIET) > DUE_EACH_WEEK / 10, { timeoutMs: 20_000 });
  await lab.deploy();
  await lab.untilAllEnded();
}

/** Of a few of them, the time passes meanwhile. */
async function remindWithoutMailServer(): Promise<void> {
  await lab.withoutMailServer(async () => {
    await lab.tick(OUTAGE);
    await lab.passAnOutage();
    await eventually(async () => {
      expect(await lab.query(OVERTAKE, [OUTAGE.week, OVERTAKEN])).toHaveLength(OVERTAKEN);
    });
  });
  await lab.untilAllEnded();
}

async function remindGreylisted(): Promise<void> {
  lab.smtp.script = { recipient: { code: 451, text: '4.7.1 Greylisted' } };
  await lab.tick(GREYLISTING);
  await eventually(
    async () => {
      await lab.passTime('and attempts = 0');
      expect(await lab.query(GREYLISTED)).toEqual([{ count: DUE_EACH_WEEK }]);
    },
    { timeoutMs: 30_000, intervalMs: 250 },
  );
  lab.smtp.script = {};
  await lab.untilAllEnded();
}

async function restartDatabaseAmidReminders(): Promise<void> {
  lab.smtp.script = { slowMs: 50 };
  await lab.tick(RESTART);
  await eventually(() => lab.sentMails(RESTART) > DUE_EACH_WEEK / 10, { timeoutMs: 20_000 });
  await lab.restartDatabase();
  await eventually(() => lab.sentMails(RESTART) > DUE_EACH_WEEK / 3, { timeoutMs: 30_000 });
  await lab.deploy();
  await lab.untilAllEnded();
}

/** Asked for while the storage answers nothing at first, and then that it is overloaded. */
async function reportOfTheMonth(): Promise<{ attempts: number; result: StoredMonthlyReport }> {
  lab.s3.silent = true;
  const { id } = await lab.host.get(MonthlyReportsService).request(MONTH);
  await eventually(() => lab.s3.requests.length > 0, { timeoutMs: 20_000 });
  await lab.passAnOutage();
  lab.s3.refusal = { status: 503, code: 'SlowDown' };
  lab.s3.silent = false;
  await lab.passAnOutage();
  lab.s3.refusal = undefined;
  await lab.untilAllEnded();
  const [row] = await lab.query<{ attempts: number; result: StoredMonthlyReport }>(
    'select attempts, result from jobs where id = $1',
    [id],
  );
  return row!;
}

/** A third hands in before the reminder, another third each week. */
const PEOPLE_AND_REPORTS = `
  with people as (
    insert into users (name, email, created_at)
    select 'Engineer ' || n, 'engineer.' || n || '@example.com', '2026-01-01' from generate_series(1, $1::int) as n
    returning id, email
  )
  insert into weekly_reports (user_id, week, hours, summary)
  select id, '2026-W' || week, 30 + number % 10 + 0.1, 'Done'
  from (select id, substring(email from '[0-9]+')::int as number from people) as people, generate_series(40, 44) as week
  where (number + week) % 3 = 0`;

/** Of the same jobs each time; those of them that run are left out. */
const OVERTAKE = `
  update jobs set payload = payload || jsonb_build_object('remind_until', now())
  where status = 'pending' and id in (
    select jobs.id from jobs
    join users on users.id::text = jobs.payload ->> 'user_id'
    where jobs.payload ->> 'week' = $1 and not exists (
      select from weekly_reports where user_id = users.id and week = jobs.payload ->> 'week')
    order by jobs.id
    limit $2)
  returning id`;

const DUE = `
  select users.id, weeks.week
  from users, unnest($1::text[]) as weeks(week)
  where not exists (select from weekly_reports where user_id = users.id and weekly_reports.week = weeks.week)`;

const OUTCOMES = `
  select payload ->> 'week' as week, status, result ->> 'outcome' as outcome, attempts, count(*)::int as count
  from jobs where type = 'weekly_report_reminder' group by 1, 2, 3, 4 order by 1, 2, 3, 4`;

const FIGURES = `
  select count(*)::int as "handedIn", ($1::int * 4 - count(*))::int as missing, sum(hours)::text as hours
  from weekly_reports where week between '2026-W40' and '2026-W43'`;

const GREYLISTED = `
  select count(*)::int as count from jobs where status = 'pending' and attempts = 1 and payload ->> 'week' = '2026-W43'`;

const EXPECTED = MONDAYS.flatMap(({ week }) => {
  const ended = (outcome: string, count: number, attempts = 1) => ({
    week,
    status: 'completed',
    outcome,
    attempts,
    count,
  });
  if (week === OUTAGE.week)
    return [
      ended('handed_in', USERS - DUE_EACH_WEEK),
      ended('overtaken', OVERTAKEN),
      ended('sent', DUE_EACH_WEEK - OVERTAKEN),
    ];
  return [ended('handed_in', USERS - DUE_EACH_WEEK), ended('sent', DUE_EACH_WEEK, week === GREYLISTING.week ? 2 : 1)];
});
