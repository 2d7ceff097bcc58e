import { JobSchedules, type JobScheduleView } from '@monstera/jobs';
import { applyDecorators, Delete, Get, HttpCode, Param, Patch, Post, Req } from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiUnprocessableEntityResponse,
} from '../docs/swagger.js';
import { AdminAccess } from '../access/admin-access.js';
import { AdminController } from '../access/admin-controller.decorator.js';
import type { AdminRequest } from '../access/admin-request.js';
import { emptyRequestSchema } from '../jobs/enqueue-request.js';
import {
  removedAnswerSchema,
  scheduleAnswerSchema,
  schedulesAnswerSchema,
  timesAnswerSchema,
  wholeScheduleAnswerSchema,
} from './schedule-answer.js';
import {
  changesSchema,
  newScheduleSchema,
  timesQuerySchema,
  type ChangesRequest,
  type NewScheduleRequest,
  type TimesQuery,
} from './schedule-requests.js';
import { Body, Query } from '../requests/request-values.js';

const RUNNING = 'JOBS_SCHEDULE_RUNNING: one of its ticks is running';
const invalidJob = { description: 'JOBS_UNKNOWN_TYPE, or JOBS_INVALID_PAYLOAD with each field that is wrong' };
const invalid = { description: 'JOBS_INVALID_REQUEST, or JOBS_INVALID_OPTION with the field that is wrong' };

const OfOne = (operationId: string, summary: string): MethodDecorator =>
  applyDecorators(
    ApiOperation({ operationId, summary }),
    ApiParam({ name: 'name', description: 'Of the schedule' }),
    ApiNotFoundResponse({ description: 'JOBS_UNKNOWN_SCHEDULE, with the nearest known name' }),
  );

const Steers = (verb: string, operationId: string, summary: string, conflict = RUNNING): MethodDecorator =>
  applyDecorators(
    Post(`:name/${verb}`),
    HttpCode(200),
    OfOne(operationId, summary),
    ApiOkResponse({ standardSchema: scheduleAnswerSchema }),
    ApiConflictResponse({ description: conflict }),
  );

@AdminController('schedules')
export class SchedulesController {
  constructor(
    private readonly schedules: JobSchedules,
    private readonly access: AdminAccess,
  ) {}

  @Get()
  @ApiOperation({ operationId: 'listSchedules', summary: 'Schedules with their next times and their last ticks' })
  @ApiOkResponse({ standardSchema: schedulesAnswerSchema })
  async list(): Promise<{ schedules: JobScheduleView[] }> {
    return { schedules: await this.schedules.list() };
  }

  @Post()
  @ApiOperation({ operationId: 'createSchedule', summary: 'Makes a schedule that enqueues a job' })
  @ApiCreatedResponse({ standardSchema: scheduleAnswerSchema })
  @ApiBadRequestResponse(invalid)
  @ApiConflictResponse({ description: 'JOBS_SCHEDULE_EXISTS, or JOBS_TOO_MANY_SCHEDULES' })
  @ApiUnprocessableEntityResponse(invalidJob)
  create(
    @Req() request: AdminRequest,
    @Body({ schema: newScheduleSchema }) body: NewScheduleRequest,
  ): Promise<JobScheduleView> {
    return this.schedules.create(body, { actor: this.access.actor(request) });
  }

  @Get(':name')
  @OfOne('getSchedule', 'One schedule with its payload and its last hundred ticks')
  @ApiOkResponse({ standardSchema: wholeScheduleAnswerSchema })
  async get(@Param('name') name: string): Promise<JobScheduleView & { payload: unknown }> {
    return { ...(await this.schedules.get(name)), payload: (await this.schedules.payload(name)) ?? null };
  }

  @Patch(':name')
  @OfOne('changeSchedule', 'Changes a schedule; of a method with @ScheduledJob only cron and timeZone')
  @ApiOkResponse({ standardSchema: scheduleAnswerSchema })
  @ApiBadRequestResponse(invalid)
  @ApiConflictResponse({ description: `${RUNNING}, or JOBS_SCHEDULE_DECLARED` })
  @ApiUnprocessableEntityResponse(invalidJob)
  change(
    @Req() request: AdminRequest,
    @Param('name') name: string,
    @Body({ schema: changesSchema }) body: ChangesRequest,
  ): Promise<JobScheduleView> {
    return this.schedules.change(name, body, { actor: this.access.actor(request) });
  }

  @Delete(':name')
  @OfOne('removeSchedule', 'Removes a schedule that no running process has in its code')
  @ApiOkResponse({ standardSchema: removedAnswerSchema })
  @ApiConflictResponse({ description: `${RUNNING}, or JOBS_SCHEDULE_DECLARED` })
  async remove(@Req() request: AdminRequest, @Param('name') name: string): Promise<{ name: string; removed: boolean }> {
    await this.schedules.remove(name, { actor: this.access.actor(request) });
    return { name, removed: true };
  }

  @Steers('pause', 'pauseSchedule', 'Pauses a schedule, across deployments', `${RUNNING}, or JOBS_SCHEDULE_ENDED`)
  pause(
    @Req() request: AdminRequest,
    @Param('name') name: string,
    @Body({ schema: emptyRequestSchema }) _body: unknown,
  ): Promise<JobScheduleView> {
    return this.schedules.pause(name, { actor: this.access.actor(request) });
  }

  @Steers('resume', 'resumeSchedule', 'Resumes a schedule with its next time after now')
  resume(
    @Req() request: AdminRequest,
    @Param('name') name: string,
    @Body({ schema: emptyRequestSchema }) _body: unknown,
  ): Promise<JobScheduleView> {
    return this.schedules.resume(name, { actor: this.access.actor(request) });
  }

  @Steers('reset', 'resetSchedule', 'Puts back the text and zone that a method has in the code')
  reset(
    @Req() request: AdminRequest,
    @Param('name') name: string,
    @Body({ schema: emptyRequestSchema }) _body: unknown,
  ): Promise<JobScheduleView> {
    return this.schedules.reset(name, { actor: this.access.actor(request) });
  }

  @Steers(
    'run',
    'runSchedule',
    'Asks for one run now, also of a paused schedule',
    `${RUNNING}, or JOBS_SCHEDULE_NOT_HELD: no running process has it`,
  )
  run(
    @Req() request: AdminRequest,
    @Param('name') name: string,
    @Body({ schema: emptyRequestSchema }) _body: unknown,
  ): Promise<JobScheduleView> {
    return this.schedules.runNow(name, { actor: this.access.actor(request) });
  }
}

/** A path of its own, because any name can be that of a schedule. */
@AdminController('schedule-times')
export class ScheduleTimesController {
  constructor(private readonly schedules: JobSchedules) {}

  @Get()
  @ApiOperation({ operationId: 'previewSchedule', summary: 'The next times of a cron text' })
  @ApiOkResponse({ standardSchema: timesAnswerSchema })
  @ApiBadRequestResponse(invalid)
  async preview(@Query({ schema: timesQuerySchema }) { count, ...text }: TimesQuery): Promise<{ times: Date[] }> {
    return { times: await this.schedules.preview(text, count) };
  }
}
