import { LaneHeads } from './lane-heads.js';
import type { LaneHeadRow } from '../../store/sql/stats/stats-survey.sql.js';

const FIRST_ID = '00000000-0000-0000-0000-000000000000';
const NOON = '2026-05-01T12:00:00.000000+00';

const head = (queue: string, priority: number, time: string): LaneHeadRow => ({
  queue,
  priority,
  due_seconds: 1,
  start_time: time,
  start_id: `id of ${queue}`,
  seen_until: NOON,
});

describe('LaneHeads', () => {
  function startOf(heads: LaneHeads, queues: string[], queue: string, priority: number): string[] {
    const starts = heads.starts(queues, ['new']);
    const lane = starts.find((start) => start.queue === queue && start.priority === priority)!;
    return [lane.start_time, lane.start_id];
  }

  it('knows nothing until all lanes have been looked at', () => {
    const heads = new LaneHeads();
    expect(heads.areKnown).toBe(false);
    heads.replace([{ queue: null, seen_until: NOON }]);
    expect(heads.areKnown).toBe(true);
  });

  it('starts a lane at its first job, and all others where nothing was pending', () => {
    const heads = new LaneHeads();
    heads.replace([head('mail', 3, '2026-05-01T09:00:00.000000+00')]);
    expect(startOf(heads, ['mail', 'reports'], 'mail', 3)).toEqual(['2026-05-01T09:00:00.000000+00', 'id of mail']);
    expect(startOf(heads, ['mail', 'reports'], 'mail', 4)).toEqual([NOON, FIRST_ID]);
    expect(startOf(heads, ['mail', 'reports'], 'reports', 3)).toEqual([NOON, FIRST_ID]);
    expect(startOf(heads, ['mail', 'reports'], 'new', 3)).toEqual(['-infinity', FIRST_ID]);
  });

  it('knows the queues that had jobs, and has every priority of those that it is asked for', () => {
    const heads = new LaneHeads();
    heads.replace([head('mail', 3, NOON), head('tenant-7', 0, NOON)]);
    expect(heads.queuesWith(['mail', 'reports'])).toEqual(['mail', 'reports', 'tenant-7']);
    expect(heads.starts(['mail', 'reports'])).toHaveLength(20);
  });
});
