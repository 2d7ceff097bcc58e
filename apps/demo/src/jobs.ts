import { defineJob } from '@monstera/jobs';
import { z } from 'zod';

/** Quick, and now and then the mail server is busy. */
export const sendMail = defineJob({
  type: 'send_mail',
  queue: 'mail',
  payload: z.object({ user_id: z.int(), template: z.string() }),
});

/** Slow, with progress. A timeout stops the longest ones. */
export const renderVideo = defineJob({
  type: 'render_video',
  queue: 'media',
  payload: z.object({ video_id: z.int(), seconds: z.number() }),
  timeoutMs: 15_000,
  maxAttempts: 2,
});

/** Some cards are refused, which no retry mends. */
export const chargeCard = defineJob({
  type: 'charge_card',
  queue: 'billing',
  payload: z.object({ tenant: z.string(), amount: z.string() }),
  priority: 2,
});

/** A customer's index is rebuilt once, however often it is asked for. */
export const reindexCustomer = defineJob({
  type: 'reindex_customer',
  payload: z.object({ customer_id: z.int() }),
  priority: 7,
});

/** Has a large payload. */
export const importRows = defineJob({
  type: 'import_rows',
  payload: z.object({ file: z.string(), rows: z.array(z.object({ sku: z.string(), price: z.number() })) }),
});

/** Talks to a service that is down for a while, and waits for it without using attempts. */
export const syncCrm = defineJob({ type: 'sync_crm', payload: z.object({ contact_id: z.int() }) });

export const closeDay = defineJob({ type: 'close_day', queue: 'billing', payload: z.object({ day: z.iso.date() }) });

export const DEFINITIONS = [sendMail, renderVideo, chargeCard, reindexCustomer, importRows, syncCrm, closeDay];
