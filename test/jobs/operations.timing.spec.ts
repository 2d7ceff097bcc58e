import { eventually } from '../support/index.js';
import { useStarted } from '../support/use-started.js';
import { OperationsLab } from './operations-lab.js';

describe.each([1, 2])('an operation on many jobs, with %i shards', (shards) => {
  const lab = useStarted((url) => OperationsLab.open(url, shards));

  it('reaches a worker that is idle within two seconds', async () => {
    await lab.startWorker();
    await lab.addMany(1_100, 'failed');
    const { operation } = await lab.jobs.where({ status: 'failed' }).retry({ atMost: 5_000 });
    await eventually(async () => expect((await lab.operations.get(operation!)).status).toBe('completed'), {
      timeoutMs: 2_000,
    });
  }, 60_000);
});
