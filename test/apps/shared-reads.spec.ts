import { JobQueues } from '@monstera/jobs';
import { Logger } from '@nestjs/common';
import { useDatabase } from '../support/use-database.js';
import { API, startOperatedHost } from './admin-host.js';

describe('pages that share a read', () => {
  const database = useDatabase();

  it('get its error together, of which the log has one line, and read again with the next request', async () => {
    const host = await startOperatedHost(database.url);
    const error = jest.fn();
    Logger.overrideLogger({ error, warn: jest.fn(), log: jest.fn() });
    const list = jest.spyOn(host.get(JobQueues), 'list');
    const ask = () => host.http.get(`${API}/queues`).set('cache-control', 'max-age=2');
    try {
      list.mockRejectedValue(new Error('a read that is broken'));
      const answers = await Promise.all([ask(), ask(), ask(), ask(), ask()]);
      expect(answers.map(({ status }) => status)).toEqual([500, 500, 500, 500, 500]);
      expect(error.mock.calls.filter(([line]) => String(line).includes('a read that is broken'))).toHaveLength(1);

      list.mockRestore();
      await ask().expect(200);
      expect(error).toHaveBeenCalledTimes(1);
    } finally {
      Logger.overrideLogger(false);
      await host.close();
    }
  });
});
