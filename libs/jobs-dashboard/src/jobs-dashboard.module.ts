import { Module } from '@nestjs/common';
import { AdminAccess } from './access/admin-access.js';
import { AdminAccessGuard } from './access/admin-access.guard.js';
import { SignInController } from './access/sign-in.controller.js';
import { UnreadableRequests } from './errors/unreadable-requests.js';
import { AdminActions } from './jobs/admin-actions.js';
import { JobsController } from './jobs/jobs.controller.js';
import { ConfigurableModuleClass } from './jobs-dashboard.module-definition.js';
import { OverviewController } from './overview/overview.controller.js';
import { QueuesController } from './queues/queues.controller.js';
import { SchedulesController } from './schedules/schedules.controller.js';
import { StatsController } from './stats/stats.controller.js';
import { WorkersController } from './workers/workers.controller.js';

/** The admin API of `JobsModule`, under `/jobs/api/v1`. Needs `JobsModule` to be global, as it is by default. */
@Module({
  controllers: [
    JobsController,
    OverviewController,
    QueuesController,
    SchedulesController,
    SignInController,
    StatsController,
    WorkersController,
  ],
  providers: [AdminAccess, AdminAccessGuard, AdminActions, UnreadableRequests],
  exports: [AdminAccessGuard],
})
export class JobsDashboardModule extends ConfigurableModuleClass {}
