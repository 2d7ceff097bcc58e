import { claimedRow } from '../../../../test/support/claimed-row.js';
import { ClaimMarks } from './claim-marks.js';
import { laneOf, lanesOf } from './lane.js';

const NO_MARK = ['-infinity', '00000000-0000-0000-0000-000000000000'];

function markOf(marks: ClaimMarks, queue: string, priority: number): string[] {
  return marks.texts([laneOf(queue, priority)]).map((text) => /^{"(.*)"}$/.exec(text)![1]!);
}

describe('ClaimMarks', () => {
  it('lays the lanes out by priority first, the queues of one priority in turn', () => {
    const lanes = lanesOf(['mail', 'default']);
    expect(lanes.map(({ priority }) => priority)).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9]);
    expect(lanes.map(({ queue }) => queue)).toEqual(Array.from({ length: 10 }, () => ['mail', 'default']).flat());
  });

  it('starts every lane at the beginning of time', () => {
    expect(new ClaimMarks().texts(lanesOf(['mail']))).toEqual(
      NO_MARK.map((text) => `{${Array.from({ length: 10 }, () => `"${text}"`).join(',')}}`),
    );
  });

  it('goes on after the last job claimed of a lane, by time and then by id, in whatever order the rows come', () => {
    const marks = new ClaimMarks();
    const [a, b, c] = ['2026-05-01 10:00:00+00', '2026-05-01 10:00:00.5+00', '2026-05-01 10:00:00.51+00'];
    const rows = [b, c, a, c].map((time, i) =>
      claimedRow({ id: `id-${i}`, scheduled_at: time, queue: 'mail', priority: 2 }),
    );
    marks.advance(rows);
    expect(markOf(marks, 'mail', 2)).toEqual([c, 'id-3']);
  });

  it('never goes back', () => {
    const marks = new ClaimMarks();
    marks.advance([claimedRow({ id: 'late', scheduled_at: '2026-05-02 00:00:00+00' })]);
    marks.advance([claimedRow({ id: 'zzz', scheduled_at: '2026-05-01 23:59:59.999999+00' })]);
    expect(markOf(marks, 'default', 5)).toEqual(['2026-05-02 00:00:00+00', 'late']);
  });

  it('keeps lanes apart', () => {
    const marks = new ClaimMarks();
    marks.advance([claimedRow({ queue: 'mail', priority: 5 })]);
    expect(markOf(marks, 'mail', 5)).not.toEqual(NO_MARK);
    expect(markOf(marks, 'mail', 4)).toEqual(NO_MARK);
    expect(markOf(marks, 'default', 5)).toEqual(NO_MARK);
  });

  it('forgets when it is cleared', () => {
    const marks = new ClaimMarks();
    marks.advance([claimedRow()]);
    expect(markOf(marks, 'default', 5)).not.toEqual(NO_MARK);
    marks.clear();
    expect(markOf(marks, 'default', 5)).toEqual(NO_MARK);
  });
});
