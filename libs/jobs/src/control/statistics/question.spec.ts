import { byTypeQuestion, seriesQuestion, type StatisticsSeriesOptions } from './question.js';

const NOW = Date.parse('2026-05-01T10:00:45Z');
const at = (text: string) => new Date(text);

describe('seriesQuestion', () => {
  it('asks for the last hour in minutes, up to the last minute that is written', () => {
    expect(seriesQuestion({}, NOW)).toEqual({
      type: null,
      queue: null,
      from: at('2026-05-01T09:00:00Z'),
      to: at('2026-05-01T10:00:00Z'),
      stepEnd: at('2026-05-01T10:00:00Z'),
      isOpen: true,
      stepSeconds: 60,
    });
    const early = Date.parse('2026-05-01T10:00:15Z');
    expect(seriesQuestion({}, early).to).toEqual(at('2026-05-01T09:59:00Z'));
  });

  it('is open unless it ends before the last minute that is written', () => {
    const isOpen = (to: string) => seriesQuestion({ to: at(to) }, NOW).isOpen;
    expect([isOpen('2026-05-01T12:00:00Z'), isOpen('2026-05-01T10:00:00Z')]).toEqual([true, true]);
    expect(isOpen('2026-05-01T09:59:00Z')).toBe(false);
  });

  it('begins with a whole step', () => {
    const { from, stepSeconds } = seriesQuestion({ from: at('2026-04-24T10:12:13Z') }, NOW);
    expect([from, stepSeconds]).toEqual([at('2026-04-24T10:00:00Z'), 3_600]);
  });

  it.each([
    ['2026-05-01T09:31:30Z', '2026-05-01T09:32:00Z'],
    ['2026-05-01T07:03:00Z', '2026-05-01T07:10:00Z'],
    ['2026-04-28T07:03:00Z', '2026-04-28T08:00:00Z'],
    ['2026-04-12T07:03:00Z', '2026-04-13T00:00:00Z'],
  ])('reads the whole of the last step that is kept: %s', (to, end) => {
    const question = byTypeQuestion({ to: at(to) }, NOW);
    expect([question.to, question.stepEnd]).toEqual([at(to), at(end)]);
  });

  it('takes a step that what is kept can be divided into', () => {
    expect(seriesQuestion({ everyMs: 300_000 }, NOW).stepSeconds).toBe(300);
    expect(seriesQuestion({ from: at('2026-04-01T00:00:00Z'), everyMs: 7 * 86_400_000 }, NOW).stepSeconds).toBe(
      604_800,
    );
  });

  it.each<[StatisticsSeriesOptions | object, string[]]>([
    [{ type: 'no such name!' }, ['type']],
    [{ type: '', queue: '' }, ['type', 'queue']],
    [{ from: 'yesterday', to: new Date(Number.NaN) }, ['from', 'to']],
    [{ from: at('2026-05-01T10:00:00Z') }, ['from']],
    [{ from: at('2026-05-01T09:00:00Z'), to: at('2026-05-01T08:00:00Z') }, ['from']],
    [{ from: at('1999-05-01T09:00:00Z') }, ['from']],
    [{ everyMs: 59_999 }, ['everyMs']],
    [{ everyMs: 90_000 }, ['everyMs']],
    [{ from: at('2026-04-29T12:00:00Z'), everyMs: 60_000 }, ['everyMs']],
    [{ from: at('2026-04-30T12:00:00Z'), to: at('2026-05-01T10:00:00Z'), everyMs: 600_000, step: 1 }, ['step']],
    [{ hours: 1 }, ['hours']],
  ])('refuses %j', (given, paths) => {
    expect(() => seriesQuestion(given as StatisticsSeriesOptions, NOW)).toThrow(
      expect.objectContaining({
        code: 'JOBS_INVALID_OPTION',
        issues: paths.map((path) => expect.objectContaining({ path })),
      }),
    );
  });

  it('refuses more than 1,000 steps', () => {
    const from = at('2026-04-24T10:00:00Z');
    expect(() => seriesQuestion({ from: at('2026-04-30T10:00:00Z'), everyMs: 600_000 }, NOW)).not.toThrow();
    expect(() => seriesQuestion({ from, everyMs: 600_000 }, NOW)).toThrow(/steps of 3600000/);
    expect(() => seriesQuestion({ from: at('2017-01-01T00:00:00Z'), everyMs: 86_400_000 }, NOW)).toThrow(/1000 steps/);
  });
});

describe('byTypeQuestion', () => {
  it('has 100 types by their runs in the last hour', () => {
    expect(byTypeQuestion({}, NOW)).toEqual({
      queue: null,
      from: at('2026-05-01T09:00:00Z'),
      to: at('2026-05-01T10:00:00Z'),
      stepEnd: at('2026-05-01T10:00:00Z'),
      isOpen: true,
      order: 'runs',
      limit: 100,
    });
  });

  it.each([
    [{ limit: 0 }, 'limit'],
    [{ limit: 501 }, 'limit'],
    [{ order: 'run' }, 'order'],
    [{ type: 'mail' }, 'type'],
  ])('refuses %j', (given, path) => {
    expect(() => byTypeQuestion(given as object, NOW)).toThrow(
      expect.objectContaining({ issues: [expect.objectContaining({ path })] }),
    );
  });
});
