import type { Database } from './cluster.js';

/** What the two witnesses say about every job; each figure but `enqueued` is 0 if the promises were kept. */
export interface Verdict {
  /** Jobs whose enqueuing was acknowledged. */
  enqueued: number;
  /** Acknowledged, and neither in the table nor deleted after their end. */
  lost: number;
  /** Not ended by the time that the scenario allows. */
  unfinished: number;
  /** Completed by more than one run, or moved on after they had ended. */
  doublyCompleted: number;
  /** Started by more runs than the table granted, or by more than their attempts allow. */
  startedTooOften: number;
  /** Ended failed, without their handler meaning to. */
  failed: number;
  /** Started by one process while another was still at it. */
  overlapping: number;
}

const FIGURES: Record<keyof Verdict, string> = {
  enqueued: `from chaos_acked`,
  lost: `from chaos_acked as a
    where not exists (select from jobs as j where j.id = a.job_id)
      and not exists (
        select from chaos_transitions as t
        where t.job_id = a.job_id and t.became = 'deleted' and t.was in ('completed', 'failed', 'cancelled')
      )`,
  unfinished: `from jobs where status in ('pending', 'processing', 'blocked')`,
  doublyCompleted: `from (
      select job_id from chaos_transitions where became = 'completed' group by job_id having count(*) > 1
      union
      select job_id from chaos_transitions where was = 'completed' and became <> 'deleted'
    ) as doubled`,
  startedTooOften: `from (
      select job_id from starts where granted < started or max_attempts < started - handed_back
      union
      select job_id from chaos_transitions where attempts > max_attempts
    ) as excess`,
  failed: `from jobs where status = 'failed' and coalesce(payload ->> 'does', 'plain') not in
    ('fail', 'crash', 'nulError')`,
  overlapping: `from overlap`,
};

/** Of each job: the runs that the table granted, those handed back unused, and the starts that handlers noted. */
const STARTS = `
  starts as (
    select e.job_id, e.started, t.granted, t.handed_back, t.max_attempts
    from (select job_id, count(*) as started from chaos_events where kind = 'start' group by job_id) as e
    join (
      select job_id, max(max_attempts) as max_attempts,
        count(*) filter (where became = 'processing') as granted,
        count(*) filter (where was = 'processing' and became = 'pending' and attempts < claimed_as) as handed_back
      from (
        select *, lag(attempts) over (partition by job_id order by seq) as claimed_as from chaos_transitions
      ) as moves
      group by job_id
    ) as t using (job_id)
  )`;

/** A start whose predecessor had neither ended, nor been told to stop, nor died. Late by less is the clocks' doing. */
const CLOCK_TOLERANCE_MS = 5;
const OVERLAPS = `
  ended as (
    select s.job_id, s.label, s.at_ms,
      least(
        (select min(e.at_ms) from chaos_events as e
          where e.job_id = s.job_id and e.label = s.label and e.kind in ('end', 'signal') and e.at_ms >= s.at_ms),
        (select min(e.at_ms) from chaos_events as e where e.kind = 'died' and e.detail = s.label)
      ) as ended_ms
    from (
      select *, lead(at_ms) over (partition by job_id order by at_ms) as next_ms
      from chaos_events where kind = 'start'
    ) as s
    where s.next_ms is not null
  ),
  overlap as (
    select e.job_id
    from ended as e
    join chaos_events as n on n.job_id = e.job_id and n.kind = 'start' and n.at_ms > e.at_ms and n.label <> e.label
    where n.at_ms + ${CLOCK_TOLERANCE_MS} < coalesce(e.ended_ms, 'infinity')
  )`;

export async function judge(database: Database): Promise<Verdict> {
  const figures = Object.entries(FIGURES).map(([name, from]) => `(select count(*)::int ${from}) as "${name}"`);
  const [verdict] = await database.query<Verdict & Record<string, unknown>>(
    `with ${STARTS}, ${OVERLAPS} select ${figures.join(', ')}`,
  );
  return verdict!;
}

export interface Recovery {
  /** Runs that processes took with them when they died. */
  stranded: number;
  /** Of these, without a later start. */
  neverAgain: number;
  /** From the death of the process to the next start of the job, in milliseconds. */
  p50: number | null;
  p99: number | null;
  max: number | null;
}

/** A dead process's last statement may still commit for so long. */
const LAST_WORDS_MS = 300;

/** How long jobs of killed processes waited until they were started again. */
export async function recovery(database: Database): Promise<Recovery> {
  const [figures] = await database.query<Recovery & Record<string, unknown>>(`
    with died as (select detail as label, at_ms from chaos_events where kind = 'died'),
    stranded as (
      select c.job_id, c.run, d.at_ms as died_ms
      from died as d
      join job_workers as w on w.version = d.label
      join chaos_transitions as c on c.worker_id = w.id and c.became = 'processing'
      left join chaos_transitions as r on r.job_id = c.job_id and r.run = c.run and r.was = 'processing'
      where r.job_id is null
        or (extract(epoch from r.at) * 1000 > d.at_ms + ${LAST_WORDS_MS} and r.became = 'pending')
    ),
    again as (
      select died_ms, (
        select min(e.at_ms) from chaos_events as e
        where e.job_id = s.job_id and e.kind = 'start' and e.at_ms > s.died_ms
      ) - died_ms as waited_ms
      from stranded as s
    )
    select count(*)::int as stranded, count(*) filter (where waited_ms is null)::int as "neverAgain",
      percentile_disc(0.5) within group (order by waited_ms) as p50,
      percentile_disc(0.99) within group (order by waited_ms) as p99, max(waited_ms) as max
    from again`);
  return figures!;
}
