import { JobsOverview, type JobsOverviewView } from '@monstera/jobs';
import { Get, Req } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '../docs/swagger.js';
import { AdminAccess } from '../access/admin-access.js';
import { AdminController } from '../access/admin-controller.decorator.js';
import type { AdminRequest } from '../access/admin-request.js';
import type { Role } from '../access/role.js';
import { TakesReads } from '../live/shared-reads.interceptor.js';
import { overviewAnswerSchema } from './overview-answer.js';

@AdminController('overview')
export class OverviewController {
  constructor(
    private readonly jobs: JobsOverview,
    private readonly access: AdminAccess,
  ) {}

  @Get()
  @TakesReads(6)
  @ApiOperation({ operationId: 'getOverview', summary: 'How the jobs of all processes are, in a few figures' })
  @ApiOkResponse({ standardSchema: overviewAnswerSchema })
  async overview(@Req() request: AdminRequest): Promise<JobsOverviewView & { role: Role; environment: string }> {
    const { role, environment } = { role: this.access.role(request), environment: this.access.environment };
    return { ...(await this.jobs.overview()), role, environment };
  }
}
