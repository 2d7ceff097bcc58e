import { JobRepository, type FailedByError } from '@monstera/jobs';
import { Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '../docs/swagger.js';
import { z } from 'zod';
import { AdminController } from '../access/admin-controller.decorator.js';
import { Query } from '../requests/request-values.js';

const querySchema = z.strictObject({
  hours: z.coerce.number().optional().meta({ description: 'How far back to look, at most 168. Default 24.' }),
});

/** `FailedByError` as JSON. */
const groupsSchema = z.object({
  groups: z
    .array(
      z.object({
        fingerprint: z.string().meta({ description: 'The same for the same type and message.' }),
        type: z.string(),
        message: z
          .string()
          .meta({ description: 'The first line of the errors; <n> and the like stand for what differs.' }),
        count: z.int(),
        lastAt: z.iso.datetime(),
        sampleJobId: z.uuid().meta({ description: 'The job that failed last.' }),
        search: z.string().nullable().meta({ description: 'A part of all these errors, for the filter `error`.' }),
      }),
    )
    .meta({ description: 'Those with the latest failure first.' }),
  capped: z
    .boolean()
    .meta({ description: 'True if there are more than the last 10,000 failed and cancelled jobs, or 1,000 groups.' }),
});

@AdminController('errors')
export class FailuresController {
  constructor(private readonly repository: JobRepository) {}

  @Get()
  @ApiOperation({ operationId: 'listErrors', summary: 'Failed jobs, grouped by type and error' })
  @ApiOkResponse({ standardSchema: groupsSchema })
  list(@Query({ schema: querySchema }) { hours }: { hours?: number }): Promise<FailedByError> {
    return this.repository.failedByError(hours);
  }
}
