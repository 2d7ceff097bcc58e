import { Injectable } from '@nestjs/common';
import { defineJob, OnJobEvent, ProcessesJob, type JobProcessor } from '@monstera/jobs';
import { ClsModule, ClsService, ClsServiceManager } from 'nestjs-cls';
import { z } from 'zod';
import { eventually } from '../support/index.js';
import { useHost } from './use-host.js';

const bill = defineJob({ type: 'bill', payload: z.object({ tenant: z.string() }) });

@Injectable()
@ProcessesJob(bill)
class BillProcessor implements JobProcessor<typeof bill> {
  /** The tenant that each run found before it entered its own, and the one that it had at its end. */
  readonly seen: [before: unknown, after: unknown][] = [];

  constructor(private readonly cls: ClsService) {}

  async process({ payload }: Parameters<JobProcessor<typeof bill>['process']>[0]): Promise<void> {
    const before: unknown = this.cls.isActive() ? this.cls.get('tenant') : undefined;
    this.cls.enter();
    this.cls.set('tenant', payload.tenant);
    await new Promise((resolve) => setImmediate(resolve));
    this.seen.push([before, this.cls.get('tenant')]);
  }
}

@Injectable()
class BillListener {
  readonly seen: unknown[] = [];

  constructor(private readonly cls: ClsService) {}

  @OnJobEvent('completed')
  completed() {
    this.seen.push(this.cls.isActive() ? this.cls.get('tenant') : undefined);
    this.cls.enter();
    this.cls.set('tenant', 'listener');
  }
}

describe('a tenant that nestjs-cls keeps', () => {
  const imports = [ClsModule.forRoot({ global: true })];
  const host = useHost({ imports, providers: [BillProcessor, BillListener] });

  it('is the one of its own job, with enter() too, whether it was claimed or started with its insert', async () => {
    const { seen } = host.get(BillProcessor, { strict: false });
    const tenants = Array.from({ length: 40 }, (_, n) => `tenant-${n}`);
    await ClsServiceManager.getClsService().run(async () => {
      ClsServiceManager.getClsService().set('tenant', 'of the request');
      const options = (n: number) => (n % 2 === 0 ? { delayMs: 10 } : {});
      await host.jobs.enqueueMany(
        bill,
        tenants.slice(0, 30).map((tenant, n) => ({ payload: { tenant }, ...options(n) })),
      );
      for (const tenant of tenants.slice(30)) await host.jobs.enqueue(bill, { tenant });
    });
    await eventually(() => expect(seen).toHaveLength(40));
    expect(seen.map(([before]) => before)).toEqual(tenants.map(() => undefined));
    expect(seen.map(([, after]) => after).sort()).toEqual(tenants.toSorted());
    await eventually(() => expect(host.get(BillListener, { strict: false }).seen).toHaveLength(40));
    expect(new Set(host.get(BillListener, { strict: false }).seen)).toEqual(new Set([undefined]));
  });
});
