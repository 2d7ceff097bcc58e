import { Module } from '@nestjs/common';
import { AdminAccess } from './access/admin-access.js';
import { AdminAccessGuard } from './access/admin-access.guard.js';
import { HostGuard } from './access/host-guard.js';
import { SignInController } from './access/sign-in.controller.js';
import { AuditController } from './audit/audit.controller.js';
import { UnreadableRequests } from './errors/unreadable-requests.js';
import { AdminActions } from './jobs/admin-actions.js';
import { FailuresController } from './failures/failures.controller.js';
import { JobActionsController } from './jobs/job-actions.controller.js';
import { JobEditsController } from './jobs/job-edits.controller.js';
import { JobDetailsController } from './jobs/job-details.controller.js';
import { JobExportController } from './jobs/job-export.controller.js';
import { JobsController } from './jobs/jobs.controller.js';
import { EventHub } from './live/event-hub.js';
import { EventsController } from './live/events.controller.js';
import { JobFeeds } from './live/job-feeds.js';
import { SharedReads } from './live/shared-reads.js';
import { SharedReadsInterceptor } from './live/shared-reads.interceptor.js';
import { SteadyClock } from './live/steady-clock.js';
import { ConfigurableModuleClass } from './jobs-dashboard.module-definition.js';
import { OperationsController } from './operations/operations.controller.js';
import { OverviewController } from './overview/overview.controller.js';
import { QueuesController } from './queues/queues.controller.js';
import { ScheduleTimesController, SchedulesController } from './schedules/schedules.controller.js';
import { StatsController } from './stats/stats.controller.js';
import { SystemController } from './system/system.controller.js';
import { TypesController } from './types/types.controller.js';
import { WebBundle } from './web/web-bundle.js';
import { WebController } from './web/web.controller.js';
import { WorkersController } from './workers/workers.controller.js';

/**
 * The dashboard of `JobsModule`, under `/jobs` or the option `path`, with its admin API in `api/v1` below that. Needs
 * `JobsModule` to be global, as it is by default.
 */
@Module({
  // Actions first: `jobs/:id/retry` would match `jobs/actions/retry`. Details last: `jobs/:id` would match `jobs/count`.
  controllers: [
    JobActionsController,
    JobEditsController,
    JobExportController,
    JobsController,
    OperationsController,
    EventsController,
    JobDetailsController,
    OverviewController,
    QueuesController,
    SchedulesController,
    ScheduleTimesController,
    SignInController,
    StatsController,
    SystemController,
    TypesController,
    WebController,
    WorkersController,
    FailuresController,
    AuditController,
  ],
  providers: [
    AdminAccess,
    AdminAccessGuard,
    AdminActions,
    EventHub,
    HostGuard,
    JobFeeds,
    SharedReads,
    SharedReadsInterceptor,
    SteadyClock,
    UnreadableRequests,
    WebBundle,
  ],
  exports: [AdminAccessGuard],
})
export class JobsDashboardModule extends ConfigurableModuleClass {}
