import { Inject, Injectable, Module, Scope, type OnModuleDestroy } from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import { CurrentJob, defineJob, ProcessesJob, type Job, type JobContext, type JobProcessor } from '@monstera/jobs';
import { z } from 'zod';
import { eventually } from '../support/index.js';
import { ended } from './host-questions.js';
import { startHost, type Host } from './host.js';
import { useDatabase } from '../support/use-database.js';

const payload = z.object({ name: z.string() });
const scoped = defineJob({ type: 'scoped', payload, retry: { initialDelayMs: 1, maxDelayMs: 1 } });
const held = defineJob({ type: 'held', payload });

let made = 0;

@Injectable({ scope: Scope.REQUEST })
class Tenant {
  readonly number = ++made;
  constructor(@CurrentJob() readonly job: Job<typeof scoped> | null) {}
}

/** Between processor and tenant: request-scoped because of what it injects. */
@Injectable()
class Ledger {
  constructor(readonly tenant: Tenant) {}
}

@Injectable({ scope: Scope.REQUEST })
@ProcessesJob(scoped)
class ScopedProcessor implements JobProcessor<typeof scoped> {
  @CurrentJob() private readonly byProperty!: Job<typeof scoped>;
  private calls = 0;

  constructor(
    private readonly tenant: Tenant,
    private readonly ledger: Ledger,
    @Inject(REQUEST) private readonly request: unknown,
  ) {
    if (this.ledger.tenant.job?.payload.name === 'unbuildable' && this.ledger.tenant.job.attempt === 1)
      throw new Error('No such tenant');
  }

  async process(job: Job<typeof scoped>, context: JobContext) {
    await new Promise(setImmediate);
    const { tenant, ledger, request, byProperty } = this;
    return {
      calls: ++this.calls,
      number: tenant.number,
      name: tenant.job!.payload.name,
      attempt: context.attempt,
      same: [ledger.tenant === tenant, tenant.job === job, request === job, byProperty === job].every(Boolean),
    };
  }
}

const gate = { release: () => {}, running: false, seenOpen: [] as boolean[] };

@Injectable()
class Client implements OnModuleDestroy {
  open = true;
  onModuleDestroy() {
    this.open = false;
  }
}

@Injectable({ scope: Scope.REQUEST })
@ProcessesJob(held)
class HeldProcessor implements JobProcessor<typeof held> {
  constructor(private readonly client: Client) {}
  async process(): Promise<void> {
    gate.running = true;
    await new Promise<void>((resolve) => (gate.release = resolve));
    gate.seenOpen.push(this.client.open);
  }
}

@Module({ providers: [Client], exports: [Client] })
class ClientModule {}

@Module({ imports: [ClientModule], providers: [HeldProcessor] })
class ImportingModule {}

@Module({ providers: [Client, HeldProcessor] })
class OneModule {}

describe('a processor', () => {
  const database = useDatabase();
  let host: Host | null = null;

  afterEach(async () => {
    await host?.close();
    host = null;
  });

  describe('that is request-scoped', () => {
    beforeEach(async () => {
      host = await startHost({ url: database.url, providers: [ScopedProcessor, Tenant, Ledger] });
    });

    it('is made for each job, with one sub-tree of what it injects, which has the job', async () => {
      const names = Array.from({ length: 20 }, (_, i) => `tenant ${i}`);
      const jobs = await host!.jobs.enqueueMany(
        scoped,
        names.map((name) => ({ payload: { name } })),
      );
      const results = await Promise.all(
        jobs.map(async ({ id }) => (await ended(host!, id)).result as Record<string, unknown>),
      );
      expect(results.map(({ name }) => name)).toEqual(names);
      expect(results.every(({ same, calls }) => same === true && calls === 1)).toBe(true);
      expect(new Set(results.map(({ number }) => number)).size).toBe(20);
    });

    it('that cannot be made fails the attempt, and is made again', async () => {
      const { id } = await host!.jobs.enqueue(scoped, { name: 'unbuildable' });
      expect(await ended(host!, id)).toMatchObject({
        status: 'completed',
        result: { attempt: 2 },
        error: expect.stringContaining('No such tenant') as string,
      });
    });
  });

  it.each([
    ['of its own module', OneModule],
    ['of an imported module', ImportingModule],
  ])('that is request-scoped ends before a client %s is closed', async (_, module) => {
    Object.assign(gate, { running: false, seenOpen: [] });
    host = await startHost({ url: database.url, imports: [module] });
    await host.jobs.enqueue(held, { name: 'x' });
    await eventually(() => gate.running);
    const client = host.app.get(Client, { strict: false });
    const closing = host.close();
    await expect(eventually(() => expect(client.open).toBe(false), { timeoutMs: 300 })).rejects.toThrow();
    gate.release();
    await closing;
    host = null;
    expect(gate.seenOpen).toEqual([true]);
    expect(client.open).toBe(false);
  });
});
