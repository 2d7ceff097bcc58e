/** Where a search begins, and what it leaves out. Each is SQL. */
interface FirstUnpaused {
  /** The conditions of a lane. */
  lane: string;
  /** Jobs that were due before this time are left out. */
  from: string;
  pausedTypes: string;
  /** How many due jobs it looks at. */
  steps: string;
}

/** Jobs for later are looked at only to know when to look again. */
const LATER_STEPS = 1_000;

/**
 * SQL for when the first pending job of a lane falls due that is of no paused type. If that cannot be told by the due
 * jobs and the first thousand that are for later, it is the time of the thousandth: no other job falls due before.
 */
export function firstUnpaused({ lane, from, pausedTypes, steps }: FirstUnpaused): string {
  const jobs = (when: string) => `
          from {jobs}
          where ${lane}
            and ${when}
          order by scheduled_at, id`;
  const due = jobs(`scheduled_at >= ${from} and scheduled_at <= now()`);
  const later = jobs(`scheduled_at > greatest(${from}, now())`);
  const firstOf = (seen: string) => `(
        select scheduled_at
        from (
          select scheduled_at, type${seen}
        ) as seen
        where type <> all (${pausedTypes})
        limit 1
      )`;
  return `coalesce(
      ${firstOf(`${due}
          limit ${steps}`)},
      ${firstOf(`${later}
          limit ${LATER_STEPS}`)},
      (
          select scheduled_at${later}
          offset ${LATER_STEPS - 1}
          limit 1
      )
    )`;
}
