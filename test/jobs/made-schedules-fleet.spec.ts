import { eventually } from '../support/index.js';
import { DAILY, MadeLab } from './made-lab.js';
import { useStarted } from '../support/use-started.js';

/** When each text was in force, by the first and the last next run that it had. */
const RECORD_CHANGES = `
  create table public.changes (at timestamptz default clock_timestamp(), cron text, due_at timestamptz, first_at timestamptz);
  create function record_change() returns trigger language plpgsql as $$ begin
    insert into public.changes (cron, due_at, first_at) values (new.cron, old.next_run_at, new.next_run_at);
    return new;
  end $$;
  create trigger record_change after update on job_schedules
    for each row when (old.cron <> new.cron) execute function record_change()`;

const PERIODS_S = [1, 2, 3, 1, 2, 1];
const textOf = (periodS: number) => `*/${periodS} * * * * *`;

describe('a schedule that is made at run time, in three processes under load', () => {
  let isLoaded = true;
  let loading: Promise<void>;

  // Before the processes are closed.
  afterAll(async () => {
    isLoaded = false;
    await loading;
  });

  const lab = useStarted((url) => MadeLab.start(url, 3));

  beforeAll(async () => {
    await lab.rows(RECORD_CHANGES);
    loading = load();
  });

  /** Jobs come and go all the time. */
  async function load(): Promise<void> {
    while (isLoaded)
      await lab.rows(`insert into jobs (type, payload) select 'note', '{"text":"load"}' from generate_series(1, 50)`);
  }

  const ticks = async () =>
    (
      await lab.rows<{ ms: number }>(
        `select (extract(epoch from planned_at) * 1000)::float8 as ms from job_schedule_ticks order by planned_at`,
      )
    ).map(({ ms }) => ms);

  /** The jobs of its ticks, which wait in a paused queue. */
  const added = async () =>
    (await lab.rows<{ n: number }>(`select count(*)::int as n from jobs where queue = 'notes'`))[0]!.n;

  it('fires once for each time that the text in force named, while its text changes, and stops at once when it is removed', async () => {
    await lab.schedules.create({ ...DAILY, name: 'fired', cron: textOf(PERIODS_S[0]!), catchUp: 'all' });
    const firstMs = (await lab.schedules.get('fired')).nextRunAt!.getTime();
    for (const periodS of PERIODS_S.slice(1)) {
      const count = (await ticks()).length;
      await eventually(async () => expect((await ticks()).length).toBeGreaterThan(count + 1), { timeoutMs: 20_000 });
      await lab.schedules.change('fired', { cron: textOf(periodS) });
    }
    const count = (await ticks()).length;
    await eventually(async () => expect((await ticks()).length).toBeGreaterThan(count + 1), { timeoutMs: 20_000 });
    const fired = await ticks();
    const jobs = await added();
    const changes = await lab.rows<{ due_ms: number; first_ms: number }>(
      `select (extract(epoch from due_at) * 1000)::float8 as due_ms, (extract(epoch from first_at) * 1000)::float8 as first_ms
       from public.changes order by at`,
    );
    await lab.schedules.remove('fired');
    const atRemoval = await added();

    const firsts = [firstMs, ...changes.map(({ first_ms }) => first_ms)];
    const untils = [...changes.map(({ due_ms }) => due_ms), fired.at(-1)! + 1];
    const named = PERIODS_S.flatMap((periodS, n) => namedBetween(firsts[n]!, untils[n]!, periodS));
    expect(fired).toEqual([...new Set(named)].sort((one, other) => one - other));
    expect(jobs).toBeGreaterThanOrEqual(fired.length);
    const oneMore = eventually(async () => expect(await added()).toBeGreaterThan(atRemoval), { timeoutMs: 2_500 });
    await expect(oneMore).rejects.toThrow();
  }, 120_000);
});

/** The first next run of a text, and the times that it names after it, up to but without another time. */
function namedBetween(firstMs: number, untilMs: number, periodS: number): number[] {
  const named = firstMs < untilMs ? [firstMs] : [];
  for (let ms = firstMs + 1_000; ms < untilMs; ms += 1_000)
    if (new Date(ms).getUTCSeconds() % periodS === 0) named.push(ms);
  return named;
}
