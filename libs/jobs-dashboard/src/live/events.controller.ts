import { Get, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiServiceUnavailableResponse } from '../docs/swagger.js';
import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import { AdminAccess } from '../access/admin-access.js';
import { AdminController } from '../access/admin-controller.decorator.js';
import type { AdminRequest } from '../access/admin-request.js';
import { EventHub } from './event-hub.js';
import { EventStream } from './event-stream.js';
import { Query } from '../requests/request-values.js';

/** A response of Express, or of Fastify, which hands over Node's own. */
type AnyResponse = ServerResponse | { hijack: () => unknown; raw: ServerResponse };

const eventsQuerySchema = z.strictObject({
  job: z.string().optional().meta({ description: 'Id of a job whose changes and log lines to send too.' }),
});

@AdminController('events')
export class EventsController {
  constructor(
    private readonly hub: EventHub,
    private readonly access: AdminAccess,
  ) {}

  @Get()
  @ApiOperation({
    operationId: 'streamEvents',
    summary: 'Server-sent events: when to read again, and how a job changes',
    description:
      '`hello` comes first and has the role of the request. `refresh` calls to read again what is shown. `job` has the state ' +
      'of the given job and its new log lines. The stream ends after some minutes: connect again.',
  })
  @ApiOkResponse({
    description: 'The stream',
    content: { 'text/event-stream': { schema: { type: 'string' } } },
  })
  @ApiServiceUnavailableResponse({ description: 'JOBS_TOO_MANY_STREAMS or JOBS_SHUTTING_DOWN' })
  events(
    @Req() request: AdminRequest,
    @Res() response: AnyResponse,
    @Query({ schema: eventsQuerySchema }) { job }: z.infer<typeof eventsQuerySchema>,
  ): void {
    this.hub.check(job);
    const stream = new EventStream(nodeResponse(response), job);
    if (request.method === 'HEAD') stream.end();
    else this.hub.open(stream, { role: this.access.role(request) });
  }
}

function nodeResponse(response: AnyResponse): ServerResponse {
  if (!('hijack' in response)) return response;
  response.hijack();
  return response.raw;
}
