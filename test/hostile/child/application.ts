import { Injectable, Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { jobsEntities, JobsModule, OnJobEvent, type JobEvent } from '@monstera/jobs';
import { Registry } from 'prom-client';
import { HostileListener } from './hostile-listener.js';
import { processors, shared } from './processors.js';

export const CONCURRENCY = 8;

@Injectable()
class RecordingListener {
  @OnJobEvent('completed')
  completed(event: JobEvent): void {
    shared.recorder.ended(event);
  }

  @OnJobEvent('failed')
  failed(event: JobEvent): void {
    shared.recorder.ended(event);
  }

  @OnJobEvent('retried')
  retried(event: JobEvent): void {
    shared.recorder.ended(event);
  }

  @OnJobEvent('snoozed')
  snoozed(event: JobEvent): void {
    shared.recorder.ended(event);
  }

  @OnJobEvent('cancelled')
  cancelled(event: JobEvent): void {
    shared.recorder.ended(event);
  }

  @OnJobEvent('handed_back')
  handedBack(event: JobEvent): void {
    shared.recorder.ended(event);
  }

  @OnJobEvent('lost')
  lost(event: JobEvent): void {
    shared.recorder.ended(event);
  }
}

export const metrics = new Registry();

/** A host like any other: one pool for everything, as large as the documentation asks for. */
export function startApplication(url: string, jobs: object): Promise<INestApplicationContext> {
  @Module({
    imports: [
      TypeOrmModule.forRoot({ type: 'postgres', url, poolSize: CONCURRENCY + 2, entities: jobsEntities }),
      JobsModule.forRoot({ concurrency: CONCURRENCY, abortGraceMs: 100, metricsRegistry: metrics, ...jobs }),
    ],
    providers: [RecordingListener, HostileListener, ...processors],
  })
  class HostileModule {}
  return NestFactory.createApplicationContext(HostileModule, { logger: false });
}
