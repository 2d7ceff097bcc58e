import { Injectable } from '@nestjs/common';
import {
  defineJob,
  JobNotFoundError,
  ProcessesJob,
  type Job,
  type JobContext,
  type JobProcessor,
} from '@monstera/jobs';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { LogStore, type WrittenLine } from '../../libs/jobs/src/store/log.store.js';
import { ManagerExecutor } from '../../libs/jobs/src/store/connection/executors.js';
import { eventually } from '../support/index.js';
import { useHost } from './use-host.js';

const chatty = defineJob({
  type: 'chatty',
  payload: z.object({ lines: z.number(), fails: z.boolean().optional(), holds: z.boolean().optional() }),
  maxAttempts: 2,
  retry: { type: 'fixed', initialDelayMs: 10 },
});

let release: () => void;
let holding: Promise<void>;

@Injectable()
@ProcessesJob(chatty)
class ChattyProcessor implements JobProcessor<typeof chatty> {
  async process({ payload }: Job<typeof chatty>, { log, progress, attempt }: JobContext): Promise<void> {
    for (let i = 1; i <= payload.lines; i++) log(`line ${i} of attempt ${attempt}`, { i });
    if (payload.holds) {
      progress({ percent: 30, note: 'half of the first third' });
      await holding;
      log('let go');
    }
    if (payload.fails && attempt === 1) throw new Error('once');
  }
}

describe('what a job logs', () => {
  // Before the host is closed, which waits for its jobs.
  afterAll(() => release());

  const host = useHost({ providers: [ChattyProcessor] });
  let store: LogStore;

  beforeAll(() => {
    store = new LogStore(new ManagerExecutor(host.dataSource));
  });

  beforeEach(() => {
    holding = new Promise((resolve) => (release = resolve));
  });

  const ended = (id: string) => host.jobs.waitFor(id);
  const countLines = async () =>
    (await host.dataSource.query<{ n: number }[]>('select count(*)::int as n from job_logs'))[0]!.n;

  it('is kept in order over all attempts, with the time and the fields', async () => {
    const { id } = await host.jobs.enqueue(chatty, { lines: 2, fails: true });
    await ended(id);
    const { lines, ...rest } = await host.jobs.logs(id);
    expect(rest).toEqual({ total: 4, dropped: 0 });
    const loggedAt = expect.any(Date) as Date;
    expect(lines).toEqual([
      { line: 1, attempt: 1, message: 'line 1 of attempt 1', fields: { i: 1 }, loggedAt },
      { line: 2, attempt: 1, message: 'line 2 of attempt 1', fields: { i: 2 }, loggedAt },
      { line: 3, attempt: 2, message: 'line 1 of attempt 2', fields: { i: 1 }, loggedAt },
      { line: 4, attempt: 2, message: 'line 2 of attempt 2', fields: { i: 2 }, loggedAt },
    ]);
    expect(Math.abs(lines[0]!.loggedAt.getTime() - Date.now())).toBeLessThan(60_000);
  });

  it('can be read while it runs, with the note of its progress, and is complete once it has ended', async () => {
    const { id } = await host.jobs.enqueue(chatty, { lines: 1, holds: true });
    await eventually(async () => expect((await host.jobs.logs(id)).lines).toHaveLength(1));
    await eventually(async () =>
      expect(await host.jobs.get(id)).toMatchObject({
        status: 'processing',
        progress: 30,
        progressNote: 'half of the first third',
      }),
    );
    release();
    await ended(id);
    expect((await host.jobs.logs(id)).lines.at(-1)).toMatchObject({ line: 2, message: 'let go', fields: null });
  });

  it('is read page by page, from any line or from the end', async () => {
    const { id } = await host.jobs.enqueue(chatty, { lines: 10 });
    await ended(id);
    const numbers = async (options: Parameters<typeof host.jobs.logs>[1]) =>
      (await host.jobs.logs(id, options)).lines.map(({ line }) => line);
    expect(await numbers({ limit: 3 })).toEqual([8, 9, 10]);
    expect(await numbers({ after: 0, limit: 3 })).toEqual([1, 2, 3]);
    expect(await numbers({ after: 3, limit: 3 })).toEqual([4, 5, 6]);
    expect(await numbers({ after: 10 })).toEqual([]);
  });

  it('is bounded, and says how many lines were dropped', async () => {
    const { id } = await host.jobs.enqueue(chatty, { lines: 5_000 });
    await ended(id);
    const { lines, total, dropped } = await host.jobs.logs(id, { limit: 1_000 });
    expect([total, dropped, lines.length]).toEqual([5_000, 4_800, 200]);
    expect(lines.at(-1)).toMatchObject({ line: 5_000 });
  });

  it('keeps the last 1,000 lines of a job', async () => {
    const { id } = await host.jobs.enqueue(chatty, { lines: 0 });
    await ended(id);
    for (const from of [1, 501, 1_001]) await store.append(0, linesOf(id, from, 500));
    const { total, dropped } = await host.jobs.logs(id);
    expect([total, dropped]).toEqual([1_500, 500]);
    const [first] = (await host.jobs.logs(id, { after: 0, limit: 1 })).lines;
    expect(first!.line).toBe(501);
  });

  it('has each line once, even if its write is repeated, and none of a run that another has replaced', async () => {
    const { id } = await host.jobs.enqueue(chatty, { lines: 0 });
    await ended(id);
    for (let i = 0; i < 2; i++) await store.append(0, linesOf(id, 1, 3));
    await host.dataSource.query('update jobs set run = 2 where id = $1', [id]);
    await store.append(0, linesOf(id, 4, 3));
    expect(await host.jobs.logs(id)).toMatchObject({ total: 3, dropped: 0 });
  });

  it('is deleted with the job, and cannot be left behind', async () => {
    const { id } = await host.jobs.enqueue(chatty, { lines: 3 });
    await ended(id);
    const before = await countLines();
    await host.jobs.where({ type: 'chatty', status: 'completed' }).delete({ atMost: 1_000 });
    expect(before).toBeGreaterThan(0);
    expect(await countLines()).toBe(0);
    await store.append(0, linesOf(id, 4, 1));
    expect(await countLines()).toBe(0);
  });

  it('is refused for what is no job, and for wrong options', async () => {
    await expect(host.jobs.logs(randomUUID())).rejects.toBeInstanceOf(JobNotFoundError);
    const { id } = await host.jobs.enqueue(chatty, { lines: 0 });
    const refused = { code: 'JOBS_INVALID_OPTION' };
    await expect(host.jobs.logs(id, { limit: 0 })).rejects.toMatchObject(refused);
    await expect(host.jobs.logs(id, { after: -1 })).rejects.toMatchObject(refused);
    await expect(host.jobs.logs(id, { before: 3 } as never)).rejects.toMatchObject(refused);
  });
});

function linesOf(id: string, from: number, count: number): WrittenLine[] {
  return Array.from({ length: count }, (_, i) => ({
    id,
    run: 1,
    attempt: 1,
    runLine: from + i,
    loggedMs: Date.now(),
    message: `line ${from + i}`,
    fields: null,
  }));
}
