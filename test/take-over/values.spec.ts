import { GoJobs } from './go-jobs.js';

let go: GoJobs | undefined;

afterEach(async () => {
  await go?.close();
  go = undefined;
});

const PLAIN = `create table jobs (id text, type text default 'data_cleanup', status text default 'pending', payload text,
  attempts text, max_attempts text, scheduled_at text, completed_at text, created_at timestamp);`;

describe('ids', () => {
  it('become UUIDs that are the same each time, and none is lost where two rows share one', async () => {
    go = await GoJobs.create(`${PLAIN} insert into jobs (id) values
      ('7'), ('7'), ('01HMB8ZQ2Y3V4W5X6Z7A8B9C0D'), (null), (null), (''),
      ('0189F0CB-1111-4222-8333-444455556666'), ('0189f0cb-1111-4222-8333-444455556666'),
      ('{0189f0cb-1111-4222-8333-44445555aaaa}'), ('urn:uuid:0189f0cb-1111-4222-8333-44445555bbbb')`);

    await go.takeOver();
    const ids = await go.rows<{ id: string }>('select id from jobs order by id');
    const notes = await go.rows('select old_id, id, notes[1] as note from go_service.take_over_rows order by n');
    await go.takeOver(['--undo']);
    await go.takeOver();

    expect(ids).toHaveLength(10);
    expect(await go.rows('select id from jobs order by id')).toEqual(ids);
    expect(notes).toContainEqual({
      old_id: '0189f0cb-1111-4222-8333-444455556666',
      id: '0189f0cb-1111-4222-8333-444455556666',
      note: 'payload_empty',
    });
    expect(notes).toContainEqual(
      expect.objectContaining({
        old_id: '{0189f0cb-1111-4222-8333-44445555aaaa}',
        id: '0189f0cb-1111-4222-8333-44445555aaaa',
      }),
    );
    expect(notes.filter(({ note }) => note === 'id_repeated')).toHaveLength(4);
  });

  it('that are numbers of a sequence are kept apart, and their shard follows from the new id', async () => {
    go = await GoJobs.create(`create table jobs (id bigserial primary key, type text, status text);
      insert into jobs (type, status) select 'data_cleanup', 'completed' from generate_series(1, 200)`);

    await go.takeOver([], { JOBS_SHARDS: '16' });

    const jobs = await go.rows<{ id: string; shard: number }>('select id, shard from jobs');
    expect(new Set(jobs.map(({ shard }) => shard)).size).toBe(16);
    expect(jobs.filter(({ id, shard }) => Number.parseInt(id.slice(-4), 16) % 16 !== shard)).toEqual([]);
    await go.takeOver(['--undo']);
    expect(await go.rows(`insert into jobs (type, status) values ('x', 'pending') returning id`)).toEqual([
      { id: '201' },
    ]);
  });
});

describe('times', () => {
  const TIMES = {
    '2024-01-15 09:00:00': '2024-01-15T00:00:00.000Z',
    '2024-01-15T09:00:00Z': '2024-01-15T09:00:00.000Z',
    '2024-01-15T09:00:00.5+02:00': '2024-01-15T07:00:00.500Z',
    '2024-01-15 09:00:00.25 +0000 UTC m=+0.000012': '2024-01-15T09:00:00.250Z',
    '2024-01-15 09:00:00 +0900 JST': '2024-01-15T00:00:00.000Z',
    '1705309200': '2024-01-15T09:00:00.000Z',
    '1705309200000': '2024-01-15T09:00:00.000Z',
    '1705309200000000': '2024-01-15T09:00:00.000Z',
    '1705309200000000000': '2024-01-15T09:00:00.000Z',
    '0001-01-01 00:00:00': '2023-12-31T15:00:00.000Z',
    '0001-12-31 23:40:28 BC': '2023-12-31T15:00:00.000Z',
    '0001-01-01T00:00:00Z': '2023-12-31T15:00:00.000Z',
    '0': '2023-12-31T15:00:00.000Z',
    '': '2023-12-31T15:00:00.000Z',
    '1970-01-01 00:00:00+00': '2023-12-31T15:00:00.000Z',
    '-infinity': '2023-12-31T15:00:00.000Z',
  };

  it('are read in the zone of the option where they have none, and are no times before 1970', async () => {
    go = await GoJobs.create(PLAIN);
    await go.client.query(
      `insert into jobs (id, scheduled_at, created_at) select text, text, '2024-01-01' from unnest($1::text[]) as text`,
      [Object.keys(TIMES)],
    );

    await go.takeOver(['--zone', 'Asia/Tokyo']);

    const due = await go.rows<{ text: string; at: Date }>(
      'select old_id as text, jobs.scheduled_at as at from jobs join go_service.take_over_rows using (id)',
    );
    expect(Object.fromEntries(due.map(({ text, at }) => [text, at.toISOString()]))).toEqual(TIMES);
  });

  it('that are no times, or never, keep a waiting job from running, and are left out of one that is over', async () => {
    go = await GoJobs.create(`${PLAIN} insert into jobs (id, status, scheduled_at, completed_at) values
      ('never', 'pending', 'infinity', null), ('soon', 'pending', 'in an hour', null),
      ('done', 'completed', 'infinity', 'a while ago')`);

    await go.takeOver();

    expect(await go.quarantine()).toEqual({ never: 'never_due', soon: 'scheduled_at_unreadable' });
    expect(await go.rows('select status, isfinite(completed_at) as finite from jobs')).toEqual([
      { status: 'completed', finite: true },
    ]);
  });
});

describe('payloads', () => {
  const taken = async (type: string, values: string) => {
    go =
      await GoJobs.create(`create table jobs (id int, type text default 'data_cleanup', status text default 'pending',
      payload ${type}); insert into jobs (id, payload) values ${values}`);
    await go.takeOver();
    return (await go.rows<{ payload: unknown }>('select payload from jobs order by payload')).map(
      ({ payload }) => payload,
    );
  };

  it('that are nothing become an object, and those that cannot be kept go into quarantine with their row', async () => {
    expect(
      await taken(
        'text',
        `(1, null), (2, ''), (3, E' \\n'), (4, 'null'), (5, '{"a": 1}'), (6, '[1]'), (7, '{'), (8, '{"a": "\\u0000"}'),
         (9, '{"a": "\\ud800"}'), (10, '1e999999'), (11, repeat('[', 100000)), (12, '{"a": 1} {"b": 2}')`,
      ),
    ).toEqual([[1], {}, {}, {}, {}, { a: 1 }]);

    expect(Object.keys(await go!.quarantine())).toEqual(['7', '8', '9', '10', '11', '12']);
    expect(
      await go!.rows(`select row ->> 'id' as id, (row -> 'payload')::text as payload
      from go_service.take_over_quarantine where old_id = '7'`),
    ).toEqual([{ id: '7', payload: '"{"' }]);
  });

  it('may be bytes', async () => {
    expect(await taken('bytea', `(1, '{"a": 1}'::bytea), (2, ''), (3, '\\xff'), (4, null)`)).toEqual([
      {},
      {},
      { a: 1 },
    ]);
    expect(Object.keys(await go!.quarantine())).toEqual(['3']);
  });

  it('may be json with an escaped NUL', async () => {
    expect(await taken('json', `(1, '{"a": 1}'), (2, '{"a": "\\u0000"}')`)).toEqual([{ a: 1 }]);
    expect(await go!.rows('select row::text from go_service.take_over_quarantine')).toEqual([
      { row: expect.stringContaining('"payload":{"a": "\\u0000"}') },
    ]);
  });

  it('may be huge', async () => {
    await taken('text', `(1, '{"a": "' || repeat('x', 20000000) || '"}')`);
    expect(await go!.rows(`select length(payload ->> 'a') as length from jobs`)).toEqual([{ length: 20_000_000 }]);
  });
});

describe('attempts and statuses', () => {
  it('that are missing, negative, no number or too large are mended', async () => {
    go = await GoJobs.create(`${PLAIN} insert into jobs (id, attempts, max_attempts) values
      ('1', null, null), ('2', '-3', '-1'), ('3', 'many', '0'), ('4', '99999999999', '7'), ('5', '2', '3')`);

    await go.takeOver();

    expect(await go.rows('select attempts, max_attempts as max from jobs order by attempts, max')).toEqual([
      { attempts: 0, max: 5 },
      { attempts: 0, max: 5 },
      { attempts: 0, max: 5 },
      { attempts: 2, max: 3 },
      { attempts: 2_147_483_647, max: 7 },
    ]);
  });

  it('that are not known go into quarantine, unless an option names them', async () => {
    go = await GoJobs.create(`${PLAIN} insert into jobs (id, status) values
      ('1', 'Done'), ('2', null), ('3', 'exploded'), ('4', ' FAILED '), ('5', 'canceled'), ('6', 'processing')`);

    const lines = await go.takeOver(['--status', 'done=completed']);

    expect(await go.quarantine()).toEqual({ 2: 'status_unknown', 3: 'status_unknown' });
    expect(await go.rows('select status from jobs order by status')).toEqual(
      ['cancelled', 'completed', 'failed', 'pending'].map((status) => ({ status })),
    );
    expect(lines).toContain('  1 exploded -> quarantine');
  });
});

describe('reminders of weeks that are over', () => {
  const REMINDERS = `${PLAIN} insert into jobs (id, type, payload, status) values
    ('1', 'weekly_report_reminder', '{"user_id": "x", "week": "2024-W03"}', 'pending'),
    ('2', 'weekly_report_reminder', '{"user_id": "x", "week": "2024-W04"}', 'processing'),
    ('3', 'weekly_report_reminder', '{"user_id": "x", "week": "2999-W04"}', 'pending'),
    ('4', 'weekly_report_reminder', '{"user_id": "x", "week": "2024-W03"}', 'failed'),
    ('5', 'weekly_report_reminder', '{"user_id": "x", "week": "0"}', 'pending')`;

  it('are cancelled or kept as the option says', async () => {
    go = await GoJobs.create(REMINDERS);
    const statuses = () => go!.rows('select status, count(*)::int from jobs group by status order by status');

    await expect(go.takeOver()).rejects.toMatchObject({
      code: 'TAKE_OVER_PAST_REMINDERS',
      message: expect.stringContaining('2 pending reminders'),
    });
    await go.takeOver(['--cancel-past-reminders']);
    expect(await statuses()).toEqual([
      { status: 'cancelled', count: 2 },
      { status: 'failed', count: 1 },
      { status: 'pending', count: 2 },
    ]);
    await go.takeOver(['--undo']);
    await go.takeOver(['--keep-past-reminders']);
    expect(await statuses()).toEqual([
      { status: 'failed', count: 1 },
      { status: 'pending', count: 4 },
    ]);
  });
});
