import { JobTypes, UnknownJobTypeError, type JobTypeDetails, type JobTypeList } from '@monstera/jobs';
import { Get, Param } from '@nestjs/common';
import { ApiNotFoundResponse, ApiOkResponse, ApiOperation, ApiParam } from '../docs/swagger.js';
import { z } from 'zod';
import { AdminController } from '../access/admin-controller.decorator.js';
import { AdminError } from '../errors/admin.error.js';
import { typeAnswerSchema, typesAnswerSchema } from './type-answer.js';
import { Query } from '../requests/request-values.js';

const querySchema = z.strictObject({
  search: z.string().optional().meta({ description: 'A part of the name, in upper or lower case.' }),
  limit: z.coerce.number().optional().meta({ description: 'Types to return, 1 to 1,000. Default 100.' }),
});

@AdminController('types')
export class TypesController {
  constructor(private readonly types: JobTypes) {}

  @Get()
  @ApiOperation({ operationId: 'listTypes', summary: 'Job types with the defaults of their jobs' })
  @ApiOkResponse({ standardSchema: typesAnswerSchema })
  list(@Query({ schema: querySchema }) query: z.infer<typeof querySchema>): Promise<JobTypeList> {
    return this.types.list(query);
  }

  @Get(':type')
  @ApiOperation({ operationId: 'getType', summary: 'A job type with the schema of its payload' })
  @ApiParam({ name: 'type', description: 'Its name' })
  @ApiOkResponse({ standardSchema: typeAnswerSchema })
  @ApiNotFoundResponse({ description: 'JOBS_UNKNOWN_TYPE' })
  async get(@Param('type') type: string): Promise<JobTypeDetails> {
    try {
      return await this.types.get(type);
    } catch (error) {
      throw error instanceof UnknownJobTypeError ? new AdminError(404, error) : error;
    }
  }
}
