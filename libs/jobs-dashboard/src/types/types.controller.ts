import { JobsError, JobTypes, type JobTypeDetails, type JobTypeList } from '@monstera/jobs';
import { Get, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiNotFoundResponse, ApiOkResponse, ApiOperation, ApiParam } from '../docs/swagger.js';
import { z } from 'zod';
import { AdminAccess } from '../access/admin-access.js';
import { AdminController } from '../access/admin-controller.decorator.js';
import type { AdminRequest } from '../access/admin-request.js';
import { AdminError } from '../errors/admin.error.js';
import { emptyRequestSchema } from '../jobs/enqueue-request.js';
import { pauseRequestSchema, type PauseRequest } from '../requests/pause-request.js';
import { typeAnswerSchema, typesAnswerSchema } from './type-answer.js';
import { Body, Query } from '../requests/request-values.js';

const querySchema = z.strictObject({
  search: z.string().optional().meta({ description: 'A part of the name, in upper or lower case.' }),
  paused: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional()
    .meta({ description: 'Only those that are paused, or with false only the others.' }),
  limit: z.coerce.number().optional().meta({ description: 'Types to return, 1 to 1,000. Default 100.' }),
});

const unknown = { description: 'JOBS_UNKNOWN_TYPE, with the nearest known name' };
const name = { name: 'type', description: 'Its name' };

@AdminController('types')
export class TypesController {
  constructor(
    private readonly types: JobTypes,
    private readonly access: AdminAccess,
  ) {}

  @Get()
  @ApiOperation({ operationId: 'listTypes', summary: 'Job types with the defaults of their jobs, and their pauses' })
  @ApiOkResponse({ standardSchema: typesAnswerSchema })
  list(@Query({ schema: querySchema }) query: z.infer<typeof querySchema>): Promise<JobTypeList> {
    return this.types.list(query);
  }

  @Get(':type')
  @ApiOperation({ operationId: 'getType', summary: 'A job type with the schema of its payload' })
  @ApiParam(name)
  @ApiOkResponse({ standardSchema: typeAnswerSchema })
  @ApiNotFoundResponse({ description: 'JOBS_UNKNOWN_TYPE' })
  get(@Param('type') type: string): Promise<JobTypeDetails> {
    return orNotFound(() => this.types.get(type));
  }

  @Post(':type/pause')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'pauseType',
    summary: 'Pauses a job type for all workers, or changes the end of its pause',
  })
  @ApiParam(name)
  @ApiOkResponse({ standardSchema: typeAnswerSchema })
  @ApiNotFoundResponse(unknown)
  pause(
    @Req() request: AdminRequest,
    @Param('type') type: string,
    @Body({ schema: pauseRequestSchema }) body: PauseRequest,
  ): Promise<JobTypeDetails> {
    return orNotFound(async () => {
      await this.types.pause(type, { ...body, actor: this.access.actor(request) });
      return this.types.get(type);
    });
  }

  @Post(':type/resume')
  @HttpCode(200)
  @ApiOperation({ operationId: 'resumeType', summary: 'Ends the pause of a job type' })
  @ApiParam(name)
  @ApiOkResponse({ standardSchema: typeAnswerSchema })
  @ApiNotFoundResponse(unknown)
  resume(
    @Req() request: AdminRequest,
    @Param('type') type: string,
    @Body({ schema: emptyRequestSchema }) _body: unknown,
  ): Promise<JobTypeDetails> {
    return orNotFound(async () => {
      await this.types.resume(type, { actor: this.access.actor(request) });
      return this.types.get(type);
    });
  }
}

/** An unknown type is part of the address here, not of a job that somebody wants to enqueue. */
async function orNotFound<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof JobsError && error.code === 'JOBS_UNKNOWN_TYPE' ? new AdminError(404, error) : error;
  }
}
