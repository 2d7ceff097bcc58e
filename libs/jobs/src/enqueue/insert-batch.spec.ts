import type { EnqueuedJob } from './enqueue-options.js';
import { InsertBatch } from './insert-batch.js';
import type { PreparedJob } from './prepare-job.js';

const job = (id: string, shard = 0) => ({ id, shard, type: 'it' }) as PreparedJob;
const told = ({ id, type }: PreparedJob): EnqueuedJob => ({ id, type, duplicate: false });

describe('InsertBatch', () => {
  let written: string[][];
  let refuse: (ids: string[]) => Error | null;
  let gate: Promise<void>;
  let batch: InsertBatch;

  beforeEach(() => {
    written = [];
    refuse = () => null;
    gate = Promise.resolve();
    batch = new InsertBatch(async (jobs) => {
      const ids = jobs.map(({ id }) => id);
      written.push(ids);
      await gate;
      const error = refuse(ids);
      if (error) throw error;
      return jobs.map(told);
    });
  });

  const addAll = (...ids: string[]) => Promise.allSettled(ids.map((id) => batch.add(job(id))));
  const dataError = () => Object.assign(new Error('value too long'), { code: '22001' });

  it('writes the jobs of one tick together, and answers each caller with its own', async () => {
    const settled = await addAll('a', 'b', 'c');
    expect(written).toEqual([['a', 'b', 'c']]);
    expect(settled).toEqual(['a', 'b', 'c'].map((id) => ({ status: 'fulfilled', value: told(job(id)) })));
  });

  it('gathers what comes while an insert is on its way', async () => {
    let open = () => {};
    gate = new Promise((resolve) => (open = resolve));
    const first = addAll('a');
    await Promise.resolve();
    const others = addAll('b', 'c');
    open();
    await Promise.all([first, others]);
    expect(written).toEqual([['a'], ['b', 'c']]);
  });

  it('writes each shard on its own', async () => {
    await Promise.all([batch.add(job('a', 0)), batch.add(job('b', 1)), batch.add(job('c', 0))]);
    expect(written).toEqual([['a', 'c'], ['b']]);
  });

  it('lets a job whose data the database refuses fail alone', async () => {
    refuse = (ids) => (ids.includes('b') ? dataError() : null);
    const settled = await addAll('a', 'b', 'c');
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(written).toEqual([['a', 'b', 'c'], ['a'], ['b'], ['c']]);
  });

  it('tells every caller when nobody knows whether the insert was committed, and does not write it again', async () => {
    refuse = () => Object.assign(new Error('connection reset'), { code: 'ECONNRESET' });
    const settled = await addAll('a', 'b');
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(written).toEqual([['a', 'b']]);
    refuse = () => null;
    expect(await addAll('d')).toEqual([{ status: 'fulfilled', value: told(job('d')) }]);
  });
});
