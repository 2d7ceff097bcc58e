import { claimedRow } from '../../../../../test/support/claimed-row.js';
import { ClaimMarks } from './claim-marks.js';
import { laneOf, lanesOf, type Mark } from '../../store/lane.js';

const NO_MARK = { time: '-infinity', id: '00000000-0000-0000-0000-000000000000' };

function markOf(marks: ClaimMarks, queue: string, priority: number): Readonly<Mark> {
  return marks.startOf(laneOf(queue, priority), null);
}

describe('ClaimMarks', () => {
  it('orders lanes by priority, and the queues of each priority as given', () => {
    const lanes = lanesOf(['mail', 'default']);
    expect(lanes.map(({ priority }) => priority)).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9]);
    expect(lanes.map(({ queue }) => queue)).toEqual(Array.from({ length: 10 }, () => ['mail', 'default']).flat());
  });

  it('starts every lane at its beginning', () => {
    expect(new ClaimMarks().startsOf(lanesOf(['mail']))).toEqual(Array.from({ length: 10 }, () => NO_MARK));
  });

  it('continues after the last job claimed of a lane, by time and id, whatever the order of the rows', () => {
    const marks = new ClaimMarks();
    const [a, b, c] = ['2026-05-01 10:00:00+00', '2026-05-01 10:00:00.5+00', '2026-05-01 10:00:00.51+00'];
    const rows = [b, c, a, c].map((time, i) =>
      claimedRow({ id: `id-${i}`, scheduled_at: time, queue: 'mail', priority: 2 }),
    );
    marks.advance(rows);
    expect(markOf(marks, 'mail', 2)).toEqual({ time: c, id: 'id-3' });
  });

  it('never moves a mark back', () => {
    const marks = new ClaimMarks();
    marks.advance([claimedRow({ id: 'late', scheduled_at: '2026-05-02 00:00:00+00' })]);
    marks.advance([claimedRow({ id: 'zzz', scheduled_at: '2026-05-01 23:59:59.999999+00' })]);
    expect(markOf(marks, 'default', 5)).toEqual({ time: '2026-05-02 00:00:00+00', id: 'late' });
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

  describe('while claims are guarded', () => {
    const lane = laneOf('default', 5);
    const serverMs = Date.UTC(2026, 4, 1, 10, 0, 30);

    it('starts an empty lane half a second before it was empty, and an unknown lane ten seconds ago', () => {
      const marks = new ClaimMarks();
      expect(marks.startOf(lane, serverMs).time).toBe('2026-05-01T10:00:20.000Z');
      marks.noteEmpty([{ lane, isEmpty: true }], serverMs);
      expect(marks.startOf(lane, serverMs + 60_000).time).toBe('2026-05-01T10:00:29.500Z');
    });

    it('continues after the last job of a lane that has more', () => {
      const marks = new ClaimMarks();
      const row = claimedRow();
      marks.noteEmpty([{ lane, isEmpty: true }], serverMs);
      marks.advance([row]);
      marks.noteEmpty([{ lane, isEmpty: false }], serverMs);
      expect(marks.startOf(lane, serverMs)).toEqual({ time: row.scheduled_at, id: row.id });
    });

    it('leaves no gap between the claims and the search behind them', () => {
      const marks = new ClaimMarks();
      for (const laterMs of [0, 3_000, 60_000]) {
        const until = marks.passedUntil(lane, serverMs + laterMs);
        expect(until >= marks.startOf(lane, serverMs + laterMs).time).toBe(true);
        marks.noteEmpty([{ lane, isEmpty: true }], serverMs);
      }
    });
  });
});
