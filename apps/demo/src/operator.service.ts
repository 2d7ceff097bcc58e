import { JobService } from '@monstera/jobs';
import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { sendMail } from './jobs.js';

const EVERY_MS = 10_000;

/** Somebody who looks after the jobs: the audit shows what she does. Some of it is in vain. */
@Injectable()
export class OperatorService implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger('Operator');
  private timer: NodeJS.Timeout | undefined;
  private acting: Promise<unknown> = Promise.resolve();

  constructor(private readonly jobs: JobService) {}

  onModuleInit(): void {
    this.timer = setInterval(() => (this.acting = this.retryMail()), EVERY_MS);
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.acting;
  }

  private async retryMail(): Promise<void> {
    await this.jobs
      .where({ type: sendMail, status: 'failed' })
      .retry({ atMost: 1, actor: 'nadia@demo.invalid' })
      .catch((error: unknown) => this.logger.warn(String(error)));
  }
}
