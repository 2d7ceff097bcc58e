import { Injectable } from '@nestjs/common';
import { OnJobEvent, type JobEvent } from '@monstera/jobs';
import { setTimeout as delay } from 'node:timers/promises';
import { ERRORS } from '../cases/errors.js';
import { Random } from '../random.js';
import { raise } from '../thing.js';
import { shared } from './processors.js';

type Mischief = (event: JobEvent, random: Random) => unknown;

const MISCHIEF: Mischief[] = [
  (_, random) => raise(random.pick(ERRORS).make()),
  async (_, random) => delay(1).then(() => raise(random.pick(ERRORS).make())),
  () => new Promise(() => {}),
  (_, random) => ({ then: (__: unknown, reject: (error: unknown) => void) => reject(random.pick(ERRORS).make()) }),
  (event) => shared.recorder.store.enterWith(`a listener on ${event.name}`),
  changeEverything,
];

function changeEverything(event: JobEvent): void {
  const payload = event.payload as { keepsake?: { list?: number[]; text?: string } } | null;
  for (const change of [
    () => payload?.keepsake?.list?.push(4),
    () => Object.assign(payload?.keepsake ?? {}, { text: 'changed' }),
    () => Object.assign(event, { id: 'changed', type: 'changed', attempt: -1, delayMs: 0 }),
  ])
    try {
      change();
    } catch {
      // Frozen, which is one way to keep it.
    }
}

/** Comes after the recorder's own listeners, so that what it does to an event is not what is recorded. */
@Injectable()
export class HostileListener {
  @OnJobEvent('started')
  started(event: JobEvent) {
    return this.hear(event);
  }

  @OnJobEvent('completed')
  completed(event: JobEvent) {
    return this.hear(event);
  }

  @OnJobEvent('failed')
  failed(event: JobEvent) {
    return this.hear(event);
  }

  @OnJobEvent('retried')
  retried(event: JobEvent) {
    return this.hear(event);
  }

  @OnJobEvent('snoozed')
  snoozed(event: JobEvent) {
    return this.hear(event);
  }

  @OnJobEvent('cancelled')
  cancelled(event: JobEvent) {
    return this.hear(event);
  }

  /** One event in two is left alone. */
  private hear(event: JobEvent): unknown {
    const random = new Random(shared.seed ^ parseInt(event.id.slice(-8), 16));
    return random.chance(0.5) ? undefined : random.pick(MISCHIEF)(event, random);
  }
}
