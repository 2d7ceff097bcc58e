import { defineJob, jobsEntities, JobsModule, jobsMigrations } from '@monstera/jobs';
import { JobsDashboardModule } from '@monstera/jobs-dashboard';
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { z } from 'zod';
import { OpsGuard } from './ops.guard.js';
import { People } from './people.js';

const greet = defineJob({ type: 'greet', payload: z.object({ name: z.string() }) });

@Module({
  imports: [
    TypeOrmModule.forRoot({
      type: 'postgres',
      url: process.env.DATABASE_URL,
      entities: [...jobsEntities],
      migrations: [...jobsMigrations],
      migrationsRun: true,
    }),
    // Nothing runs here, so that a failed job stays as it is until somebody retries it.
    JobsModule.forRoot({ role: 'producer', definitions: [greet] }),
    JobsDashboardModule.forRoot({ path: '/ops/queue', guard: OpsGuard, actorHeader: 'x-ops-user' }),
  ],
  providers: [OpsGuard, People],
})
export class AppModule {}
