import { EXPORT_FORMATS, exportJobs, JobService, MAX_EXPORTED } from '@monstera/jobs';
import { Get, Req, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces } from '../docs/swagger.js';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { AdminAccess } from '../access/admin-access.js';
import { AdminController } from '../access/admin-controller.decorator.js';
import type { AdminRequest } from '../access/admin-request.js';
import { countQuerySchema, toFilter } from './select-request.js';
import { Query } from '../requests/request-values.js';

const TYPES = { csv: 'text/csv; charset=utf-8', json: 'application/json; charset=utf-8' } as const;

const exportQuerySchema = countQuerySchema.extend({
  format: z.enum(EXPORT_FORMATS).optional().meta({ description: 'Default csv.' }),
  atMost: z.coerce
    .number()
    .optional()
    .meta({ description: `Jobs to export, 1 to ${MAX_EXPORTED}; the newest are first. Default ${MAX_EXPORTED}.` }),
});

/** Jobs as a file. */
@AdminController('jobs/export')
export class JobExportController {
  constructor(
    private readonly jobs: JobService,
    private readonly access: AdminAccess,
  ) {}

  @Get()
  @ApiOperation({ operationId: 'exportJobs', summary: 'Writes jobs as CSV or JSON, newest first, without payloads' })
  @ApiProduces('text/csv', 'application/json')
  @ApiOkResponse({ description: 'The file', schema: { type: 'string' } })
  async export(
    @Req() request: AdminRequest,
    @Query({ schema: exportQuerySchema }) { format = 'csv', atMost, ...filter }: z.infer<typeof exportQuerySchema>,
  ): Promise<StreamableFile> {
    this.access.requireVisible(request, filter);
    const parts = exportJobs(this.jobs.where(toFilter(filter)), { format, atMost });
    // Before anything is sent, so that what is wrong with the request is answered as a problem.
    const first = await parts.next();
    const day = new Date().toISOString().slice(0, 10);
    return new StreamableFile(Readable.from(buffersOf(first, parts)), {
      type: TYPES[format],
      disposition: `attachment; filename="jobs-${day}.${format}"`,
    });
  }
}

async function* buffersOf(first: IteratorResult<string, void>, rest: AsyncGenerator<string, void>) {
  if (first.done) return;
  yield Buffer.from(first.value);
  for await (const part of rest) if (part !== '') yield Buffer.from(part);
}
