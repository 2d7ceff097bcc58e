import type pg from 'pg';
import { createGoDatabase, snapshot } from './go-database.js';
import { runTakeOver } from './run-take-over.js';
import { useDatabase } from '../support/use-database.js';

/** 100,000 for the figures in docs/take-over-go-rows.md. */
const ROWS = Number(process.env.TAKE_OVER_ROWS ?? 5_000);

jest.setTimeout(60_000 + ROWS * 5);

describe(`a database of the Go service with ${ROWS} rows and every oddity`, () => {
  const database = useDatabase({ migrated: false });
  let client: pg.Client;
  let before: Record<string, string[]>;

  beforeAll(async () => {
    client = await database.connect();
    await createGoDatabase(client, ROWS);
    before = await snapshot(client);
  });

  async function count(text: string): Promise<number> {
    const { rows } = await client.query<{ count: number }>(`select count(*)::int as count from ${text}`);
    return rows[0]!.count;
  }

  /** Rows without any time were due when they were taken over; the hash keeps 100,000 rows apart from Jest's comparison. */
  const jobsById = async () =>
    (
      await client.query<{ id: string; hash: string }>(
        `select id, md5(row(type, status, attempts, max_attempts, payload, error, queue,
           case when scheduled_at < '2025-01-01' then scheduled_at end, case when created_at < '2025-01-01' then created_at end
         )::text) as hash
         from jobs order by id`,
      )
    ).rows;

  it('changes nothing in a dry run, nor when it has to ask', async () => {
    const lines = await runTakeOver(database.url, ['--dry-run']);

    expect(lines).toContain(`${ROWS} rows, by status:`);
    expect(lines).toContainEqual(expect.stringMatching(/Without a time zone, read as UTC .*scheduled_at/));
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}\d+ are pending reminders of weeks that are over/));
    expect(lines).toContain('  table public.weekly_reports');
    await expect(runTakeOver(database.url, [])).rejects.toMatchObject({ code: 'TAKE_OVER_PAST_REMINDERS' });
    expect(await snapshot(client)).toEqual(before);
  });

  it('loses no row, is undone to what was, and done again with the same result', async () => {
    const lines = await runTakeOver(database.url, ['--cancel-past-reminders']);
    expect(lines.at(-1)).toMatch(new RegExp(`^Counts agree: ${ROWS} rows, `));

    const first = await jobsById();
    const quarantined = await count('go_service.take_over_quarantine');
    expect(first.length + quarantined).toBe(ROWS);
    expect(quarantined).toBe(
      await count(`go_service.jobs where status = 'exploded' or type = '' or length(type) > 50
        or payload in ('{"broken": ', '{"text": "a\\u0000b"}', '{"text": "\\ud800"}')
        or status in ('pending', 'processing') and scheduled_at = 'infinity'`),
    );
    expect(await count('go_service.users')).toBe(50);
    expect(await count('users')).toBe(0);
    expect(await count(`jobs where status = 'pending' and payload ->> 'week' = '2024-W03'`)).toBe(0);
    expect(await count(`jobs where scheduled_at < '1970-01-02' or started_at is not null or attempts < 0`)).toBe(0);

    await runTakeOver(database.url, ['--undo']);
    expect(await snapshot(client)).toEqual(before);

    await runTakeOver(database.url, ['--cancel-past-reminders', '--batch', '777']);
    expect(await jobsById()).toEqual(first);
    expect(await runTakeOver(database.url, ['--cancel-past-reminders'])).toEqual([
      expect.stringContaining('Already taken over'),
    ]);
  });
});
