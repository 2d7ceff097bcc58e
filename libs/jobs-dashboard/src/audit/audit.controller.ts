import { JobAuditService, type AuditPage } from '@monstera/jobs';
import { Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '../docs/swagger.js';
import { z } from 'zod';
import { AdminController } from '../access/admin-controller.decorator.js';
import { Query } from '../requests/request-values.js';

const querySchema = z.strictObject({
  limit: z.coerce.number().optional().meta({ description: 'Entries of a page, 1 to 1,000. Default 50.' }),
  after: z.string().optional().meta({ description: 'The `next` of the page before.' }),
});

/** `AuditPage` as JSON. */
const pageSchema = z.object({
  entries: z
    .array(
      z.object({
        id: z.uuid(),
        actor: z.string(),
        action: z.string().meta({ description: 'Such as job.cancel, or jobs.retry for many jobs at once.' }),
        jobId: z.uuid().nullable().meta({ description: 'Null if the action was about many jobs, or none.' }),
        details: z.record(z.string(), z.unknown()),
        createdAt: z.iso.datetime(),
      }),
    )
    .meta({ description: 'Newest first.' }),
  next: z.string().nullable().meta({ description: 'For `after` of the next page; null on the last one.' }),
});

@AdminController('audit')
export class AuditController {
  constructor(private readonly audit: JobAuditService) {}

  @Get()
  @ApiOperation({ operationId: 'listAudit', summary: 'Who did what, newest first' })
  @ApiOkResponse({ standardSchema: pageSchema })
  list(@Query({ schema: querySchema }) query: z.infer<typeof querySchema>): Promise<AuditPage> {
    return this.audit.list(query);
  }
}
