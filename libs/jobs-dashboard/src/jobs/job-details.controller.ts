import { exactJson, JobDetails, JobNotFoundError } from '@monstera/jobs';
import { Get, Param, Req, StreamableFile } from '@nestjs/common';
import { ApiNotFoundResponse, ApiOkResponse, ApiOperation, ApiParam } from '../docs/swagger.js';
import { AdminAccess } from '../access/admin-access.js';
import { AdminController } from '../access/admin-controller.decorator.js';
import type { AdminRequest } from '../access/admin-request.js';
import { jobAnswerSchema } from './job-answer.js';

/** One job in full. */
@AdminController('jobs')
export class JobDetailsController {
  constructor(
    private readonly details: JobDetails,
    private readonly access: AdminAccess,
  ) {}

  /** It is sent as a text, because JavaScript would round long numbers on the way. */
  @Get(':id')
  @ApiOperation({ operationId: 'getJob', summary: 'Shows a job with its last failed attempts' })
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiOkResponse({ standardSchema: jobAnswerSchema })
  @ApiNotFoundResponse({ description: 'JOBS_NOT_FOUND' })
  async get(@Req() request: AdminRequest, @Param('id') id: string): Promise<StreamableFile> {
    const job = await this.details.get(id);
    if (!job) throw new JobNotFoundError(id);
    const payloadHidden = !this.access.seesPayloads(request);
    const shown = { ...job, payloadHidden, ...(payloadHidden && { payloadText: 'null', resultText: null }) };
    return new StreamableFile(Buffer.from(exactJson(shown)), { type: 'application/json; charset=utf-8' });
  }
}
