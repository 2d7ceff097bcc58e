import { connectionOptions } from '@monstera/database';
import {
  defineJob,
  jobsEntities,
  jobsMigrationsIn,
  type JobContext,
  type JobProcessor,
  ProcessesJob,
  runMigrations,
} from '@monstera/jobs';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { eventually } from '../support/index.js';
import { testSchema } from '../support/test-schema.js';
import { startHost, type Host } from './host.js';
import { useDatabase } from '../support/use-database.js';

const speak = defineJob({
  type: 'speak',
  payload: z.object({ words: z.string() }),
  maxAttempts: 3,
  retry: { type: 'fixed', initialDelayMs: 10 },
});

@ProcessesJob(speak)
class Speaker implements JobProcessor<typeof speak> {
  async process({ payload }: { payload: { words: string } }, { log, progress }: JobContext): Promise<string> {
    const words = payload.words.replaceAll('->', '→');
    log(words, { words });
    progress({ percent: 50, note: words });
    if (words.startsWith('fail')) throw new Error(words + '…'.repeat(words.endsWith('long') ? 10_000 : 0));
    return words;
  }
}

describe('a database whose encoding lacks most characters', () => {
  const database = useDatabase({ encoding: 'LATIN1' });
  let host: Host;

  beforeAll(async () => {
    database.closeFirst(() => host.close());
    const given = {
      ...connectionOptions({ url: database.url }),
      entities: jobsEntities,
      migrations: jobsMigrationsIn(testSchema ?? 'public'),
    };
    const dataSource = await new DataSource(given).initialize();
    await runMigrations(dataSource);
    await dataSource.destroy();
    host = await startHost({ url: database.url, providers: [Speaker] });
  });

  async function ended(words: string) {
    const { id } = await host.jobs.enqueue(speak, { words });
    return eventually(async () => {
      const job = await host.jobs.get(id);
      return job!.status !== 'pending' && job!.status !== 'processing' && job!;
    });
  }

  it.each(['fail -> é', 'fail -> long'])(
    'gets the error of "%s" in characters that it has, after all attempts',
    async (words) => {
      const job = await ended(words);
      expect(job).toMatchObject({ status: 'failed', attempts: 3 });
      expect(job.error).toMatch(/^Error: fail \\u2192 (\\u00e9|long)/);
      expect(job.failures).toHaveLength(3);
    },
  );

  it('gets log lines and notes in characters that it has', async () => {
    const { id, progressNote } = await ended('log -> é');
    expect(progressNote).toBe('log \\u2192 \\u00e9');
    expect((await host.jobs.logs(id)).lines).toMatchObject([
      { message: 'log \\u2192 \\u00e9', fields: { words: 'log → é' } },
    ]);
    expect(await ended('été')).toMatchObject({ progressNote: 'été' });
  });

  it('completes a job whose result it cannot store, and says so', async () => {
    expect(await ended('a -> b')).toMatchObject({
      status: 'completed',
      error: expect.stringContaining('result was not stored') as string,
    });
  });
});
