import { Module } from '@nestjs/common';
import { AdminAccess } from './access/admin-access.js';
import { AdminAccessGuard } from './access/admin-access.guard.js';
import { SignInController } from './access/sign-in.controller.js';
import { UnreadableRequests } from './errors/unreadable-requests.js';
import { AdminActions } from './jobs/admin-actions.js';
import { JobsController } from './jobs/jobs.controller.js';
import { ConfigurableModuleClass } from './jobs-dashboard.module-definition.js';
import { StatsController } from './stats/stats.controller.js';
import { WebBundle } from './web/web-bundle.js';
import { WebController } from './web/web.controller.js';

/**
 * The dashboard of `JobsModule`, under `/jobs`, and its admin API, under `/jobs/api/v1`. Needs `JobsModule` to be global, as
 * it is by default.
 */
@Module({
  controllers: [JobsController, SignInController, StatsController, WebController],
  providers: [AdminAccess, AdminAccessGuard, AdminActions, UnreadableRequests, WebBundle],
  exports: [AdminAccessGuard],
})
export class JobsDashboardModule extends ConfigurableModuleClass {}
