import { InsertStreams } from './insert-streams.js';
import type { EnqueuedJob } from '../enqueue-options.js';
import type { PreparedJob } from '../prepare-job.js';
import { systemClock } from '../../support/time/clock.js';

const definition = {};
const job = (id: string, own: Partial<PreparedJob> = {}) =>
  ({
    id,
    shard: 0,
    type: 'it',
    queue: 'default',
    payload: '{}',
    defaultsOf: definition,
    uniqueKey: null,
    ...own,
  }) as PreparedJob;
const keyed = (id: string, uniqueKey: string) => job(id, { defaultsOf: null, uniqueKey });
const answerOf = ({ id, type }: PreparedJob): EnqueuedJob => ({ id, type, duplicate: false });
const sqlError = (code: string) => Object.assign(new Error(code), { code });

describe('InsertStreams', () => {
  let written: string[][];
  let refuse: (ids: string[]) => Error | null;
  let gates: Map<string, Promise<void>>;
  let streams: InsertStreams;

  beforeEach(() => {
    written = [];
    refuse = () => null;
    gates = new Map();
    streams = new InsertStreams({
      clock: systemClock,
      poolSize: () => 10,
      waitMs: () => 300,
      tooLate: (late, error) => new Error(`too late: ${late.id}, ${String(error)}`),
      insert: async (jobs) => {
        const ids = jobs.map(({ id }) => id);
        written.push(ids);
        for (const id of ids) await gates.get(id);
        const error = refuse(ids);
        if (error) throw error;
        return jobs.map(answerOf);
      },
    });
  });

  const addAll = (...jobs: PreparedJob[]) => Promise.allSettled(jobs.map((one) => streams.add(one)));
  const all = (...ids: string[]) => addAll(...ids.map((id) => job(id)));
  const statuses = (settled: PromiseSettledResult<EnqueuedJob>[]) => settled.map(({ status }) => status[0]).join('');

  /** Holds back the statement with this job until it is called. */
  function hold(id: string): () => void {
    let open = () => {};
    gates.set(id, new Promise((resolve) => (open = resolve)));
    return () => open();
  }

  it('writes the jobs of one tick together, and answers each caller with its own', async () => {
    const settled = await all('a', 'b', 'c');
    expect(written).toEqual([['a', 'b', 'c']]);
    expect(settled).toEqual(['a', 'b', 'c'].map((id) => ({ status: 'fulfilled', value: answerOf(job(id)) })));
  });

  it('gathers what comes while a statement is under way', async () => {
    const open = hold('a');
    const first = all('a');
    await Promise.resolve();
    const others = all('b', 'c');
    open();
    await Promise.all([first, others]);
    expect(written).toEqual([['a'], ['b', 'c']]);
  });

  it('does not let the next statement wait for one that is slow', async () => {
    const open = hold('a');
    const slow = all('a');
    await Promise.resolve();
    await all('b');
    await all('c');
    expect(written).toEqual([['a'], ['b'], ['c']]);
    open();
    expect(statuses(await slow)).toBe('f');
  });

  it('lets share a statement only what can neither block nor refuse each other', async () => {
    const other = { defaultsOf: {} as PreparedJob['defaultsOf'], type: 'other' };
    await addAll(job('a'), job('b', other), keyed('c', 'k'), keyed('d', 'l'), keyed('e', 'k'), job('f', { shard: 1 }));
    expect(written.toSorted()).toEqual([['a'], ['b'], ['c', 'e'], ['d'], ['f']]);
  });

  it('lets only the job at fault fail', async () => {
    refuse = (ids) => (ids.includes('c') ? sqlError('P0001') : null);
    expect(statuses(await all('a', 'b', 'c', 'd', 'e'))).toBe('ffrff');
  });

  it('tells every caller when nobody knows whether a statement was committed, and does not send it again', async () => {
    refuse = () => sqlError('ECONNRESET');
    expect(statuses(await all('a', 'b'))).toBe('rr');
    expect(written).toEqual([['a', 'b']]);
    refuse = () => null;
    expect(statuses(await all('d'))).toBe('f');
  });

  it.each(['53300', '57P01', '25006', '08006'])(
    'does not repeat what the server refuses to everybody: %s',
    async (code) => {
      refuse = () => sqlError(code);
      expect(statuses(await all('a', 'b'))).toBe('rr');
      expect(written).toHaveLength(1);
    },
  );

  it.each(['40P01', '40001', '55P03'])('tries again after %s until it succeeds', async (code) => {
    let left = 3;
    refuse = () => (left-- > 0 ? sqlError(code) : null);
    expect(statuses(await addAll(keyed('a', 'k'), keyed('b', 'k')))).toBe('ff');
    expect(written).toHaveLength(4);
  });

  it('gives up in time, and says why it had to wait', async () => {
    refuse = () => sqlError('55P03');
    const startedMs = performance.now();
    const [settled] = await addAll(keyed('a', 'k'));
    expect(performance.now() - startedMs).toBeLessThan(350);
    expect(settled).toMatchObject({ reason: new Error('too late: a, Error: 55P03') });
  });

  it('refuses in time whoever gets no turn', async () => {
    const held = Array.from({ length: 5 }, (_, i) => ({ id: `h${i}`, open: hold(`h${i}`) }));
    const busy = Promise.all(held.map(({ id }) => addAll(job(id, { defaultsOf: {} as PreparedJob['defaultsOf'] }))));
    await Promise.resolve();
    expect(await all('late')).toMatchObject([{ reason: new Error('too late: late, undefined') }]);
    for (const { open } of held) open();
    await busy;
    expect(statuses(await all('again'))).toBe('f');
  });

  it('keeps a place for jobs without options while keys are waited for', async () => {
    const opens = Array.from({ length: 8 }, (_, i) => hold(`k${i}`));
    const waiting = addAll(...opens.map((_, i) => keyed(`k${i}`, `k${i}`)));
    await Promise.resolve();
    expect(statuses(await all('fast'))).toBe('f');
    expect(written).toHaveLength(5);
    for (const open of opens) open();
    await waiting;
  });
});
