import {
  DependencyDownError,
  PermanentJobError,
  ProcessesJob,
  type Job,
  type JobContext,
  type JobProcessor,
} from '@monstera/jobs';
import { Injectable } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { chargeCard, closeDay, importRows, reindexCustomer, renderVideo, sendMail, syncCrm } from './jobs.js';

/** True for a share of all calls. */
const sometimes = (share: number): boolean => Math.random() < share;
const between = (low: number, high: number): number => low + Math.random() * (high - low);

@Injectable()
@ProcessesJob(sendMail)
export class SendMailProcessor implements JobProcessor<typeof sendMail> {
  async process({ payload }: Job<typeof sendMail>, { signal }: JobContext) {
    await delay(between(20, 200), undefined, { signal });
    if (sometimes(0.15)) throw new Error('451 4.3.2 The mail server is busy, try again later');
    if (payload.user_id % 97 === 0) throw new PermanentJobError(`550 5.1.1 No such mailbox: user ${payload.user_id}`);
    return { messageId: `<${payload.template}.${payload.user_id}@demo.invalid>` };
  }
}

@Injectable()
@ProcessesJob(renderVideo)
export class RenderVideoProcessor implements JobProcessor<typeof renderVideo> {
  async process({ payload: { seconds } }: Job<typeof renderVideo>, { signal, progress, logger }: JobContext) {
    for (let second = 0; second < seconds; second++) {
      await delay(1_000, undefined, { signal });
      progress((100 * (second + 1)) / seconds);
    }
    logger.log(`Rendered ${seconds} s`);
    return { frames: Math.round(seconds * 25) };
  }
}

@Injectable()
@ProcessesJob(chargeCard)
export class ChargeCardProcessor implements JobProcessor<typeof chargeCard> {
  async process({ payload: { tenant, amount } }: Job<typeof chargeCard>, { signal, idempotencyKey }: JobContext) {
    await delay(between(50, 400), undefined, { signal });
    if (sometimes(0.05)) throw new PermanentJobError(`card_declined: the bank of ${tenant} refuses ${amount}`);
    if (sometimes(0.1)) throw new Error('ECONNRESET: the payment service closed the connection');
    return { charge: idempotencyKey, amount };
  }
}

@Injectable()
@ProcessesJob(reindexCustomer)
export class ReindexCustomerProcessor implements JobProcessor<typeof reindexCustomer> {
  async process(_: Job<typeof reindexCustomer>, { signal }: JobContext) {
    await delay(between(500, 2_500), undefined, { signal });
  }
}

@Injectable()
@ProcessesJob(importRows)
export class ImportRowsProcessor implements JobProcessor<typeof importRows> {
  async process({ payload: { rows } }: Job<typeof importRows>, { signal }: JobContext) {
    await delay(between(200, 1_000), undefined, { signal });
    const wrong = rows.filter(({ price }) => price < 0);
    if (wrong.length > 0) throw new PermanentJobError(`${wrong.length} of ${rows.length} rows have a negative price`);
    return { imported: rows.length };
  }
}

/** Down for the first 20 seconds of each minute. */
@Injectable()
@ProcessesJob(syncCrm)
export class SyncCrmProcessor implements JobProcessor<typeof syncCrm> {
  async process(_: Job<typeof syncCrm>, { signal }: JobContext) {
    await delay(between(30, 150), undefined, { signal });
    if (new Date().getSeconds() < 20)
      throw new DependencyDownError('crm', { cause: new Error('connect ECONNREFUSED'), delayMs: 5_000 });
  }
}

@Injectable()
@ProcessesJob(closeDay)
export class CloseDayProcessor implements JobProcessor<typeof closeDay> {
  async process({ payload: { day } }: Job<typeof closeDay>) {
    return { day, closed: true };
  }
}

export const PROCESSORS = [
  SendMailProcessor,
  RenderVideoProcessor,
  ChargeCardProcessor,
  ReindexCustomerProcessor,
  ImportRowsProcessor,
  SyncCrmProcessor,
  CloseDayProcessor,
];
