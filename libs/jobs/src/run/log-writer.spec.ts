import { runningJob } from '../../../../test/support/running-job.js';
import { redactSecrets } from '../job/text/redact-secrets.js';
import type { RunLog } from '../slots/run-log.js';
import type { WrittenLine } from '../store/log.store.js';
import { systemClock } from '../support/time/clock.js';
import { LogWriter } from './log-writer.js';

const unencodable = Object.assign(new Error('no such character'), { code: '22P05' });
const outage = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

describe('the writer of the logs of a worker', () => {
  let statements: WrittenLine[][];
  let failures: Error[];
  let reported: unknown[];
  let writer: LogWriter;

  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
    statements = [];
    failures = [];
    reported = [];
    const append = (_: number, lines: readonly WrittenLine[]) => {
      statements.push([...lines]);
      const failure = failures.shift();
      return failure ? Promise.reject(failure) : Promise.resolve();
    };
    writer = new LogWriter({
      store: { append },
      clock: systemClock,
      redact: redactSecrets,
      onError: (error) => reported.push(error),
    });
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  const open = (id: string): RunLog => writer.open(runningJob({ id }));
  const messages = () => statements.map((lines) => lines.map(({ id, message }) => `${id} ${message}`));
  const turns = async () => {
    for (let i = 0; i < 5; i++) await new Promise(setImmediate);
  };
  const later = async () => {
    await jest.advanceTimersByTimeAsync(1_100);
    await turns();
  };

  it('writes the lines of all runs together: the first ones at once, later ones after a second', async () => {
    const [a, b] = [open('a'), open('b')];
    a.add('1', null);
    b.add('1', null);
    await turns();
    expect(messages()).toEqual([['a 1', 'b 1']]);
    a.add('2', null);
    b.add('2', null);
    await turns();
    expect(statements).toHaveLength(1);
    await later();
    expect(messages()).toEqual([
      ['a 1', 'b 1'],
      ['a 2', 'b 2'],
    ]);
  });

  it('writes the last lines of a run at once, and takes no more', async () => {
    const log = open('a');
    expect(open('silent').end()).toBeNull();
    log.add('1', null);
    await turns();
    log.add('2', null);
    let ended = false;
    void log.end()!.then(() => (ended = true));
    log.add('3', null);
    await turns();
    expect([messages(), ended]).toEqual([[['a 1'], ['a 2']], true]);
  });

  it('keeps the last 200 lines of a run in memory, and numbers those that it dropped', async () => {
    const log = open('a');
    for (let i = 1; i <= 1_000; i++) log.add(`line ${i}`, null);
    await turns();
    expect(statements[0]!.map(({ runLine }) => runLine)).toEqual(Array.from({ length: 200 }, (_, i) => 801 + i));
  });

  it('holds at most 8 MiB for all runs, and has room again once they are written', async () => {
    const long = 'x'.repeat(8_000);
    const logs = Array.from({ length: 20 }, (_, i) => open(String(i)));
    for (const log of logs) for (let i = 0; i < 100; i++) log.add(long, null);
    const held = logs.reduce((sum, { lines }) => sum + lines.length, 0);
    expect(held).toBeGreaterThan(400);
    expect(held).toBeLessThan(600);
    for (const log of logs) void log.end();
    await turns();
    expect(logs.every(({ lines }) => lines.length === 0)).toBe(true);
    const next = open('next');
    next.add('fits', null);
    expect(next.lines).toHaveLength(1);
  });

  it('cleans a message: masked, without what cannot be stored, at most 2,048 bytes', async () => {
    open('a').add(`password=hunter2 \u0000 ${'é'.repeat(5_000)}`, null);
    await turns();
    const [{ message }] = statements[0] as [WrittenLine];
    expect(message).toMatch(/^password=\*\*\* \\u0000 é+… \(cut\)$/);
    expect(Buffer.byteLength(message)).toBeLessThanOrEqual(2_048);
  });

  it('spells out characters that the database cannot store', async () => {
    failures = [unencodable];
    open('a').add('an arrow →', '{"to":"→😀"}');
    await turns();
    expect(statements[1]).toMatchObject([{ message: 'an arrow \\u2192', fields: '{"to":"\\u2192\\ud83d\\ude00"}' }]);
    expect(reported).toEqual([]);
  });

  it('repeats a failed write while the run goes on', async () => {
    failures = [outage];
    open('a').add('1', null);
    await turns();
    await later();
    expect(messages()).toEqual([['a 1'], ['a 1']]);
    expect(reported).toEqual([outage]);
  });

  it('gives up when the write of a run that has ended fails, so that its outcome does not wait for long', async () => {
    failures = [outage];
    const log = open('a');
    log.add('1', null);
    await log.end();
    await later();
    expect(statements).toHaveLength(1);
  });
});
