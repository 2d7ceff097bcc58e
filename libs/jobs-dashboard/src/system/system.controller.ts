import { JobsSystem, type JobsSystemView } from '@monstera/jobs';
import { Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '../docs/swagger.js';
import { AdminAccess } from '../access/admin-access.js';
import { AdminController } from '../access/admin-controller.decorator.js';
import { systemAnswerSchema } from './system-answer.js';

@AdminController('system')
export class SystemController {
  constructor(
    private readonly jobs: JobsSystem,
    private readonly access: AdminAccess,
  ) {}

  @Get()
  @ApiOperation({ operationId: 'getSystem', summary: 'Versions, sizes of tables, and what the doctor finds' })
  @ApiOkResponse({ standardSchema: systemAnswerSchema })
  async system(): Promise<JobsSystemView & { environment: string }> {
    return { ...(await this.jobs.system()), environment: this.access.environment };
  }
}
