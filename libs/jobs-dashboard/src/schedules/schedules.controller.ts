import { JobSchedules, type JobScheduleView } from '@monstera/jobs';
import { Get, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiConflictResponse, ApiNotFoundResponse, ApiOkResponse, ApiOperation, ApiParam } from '../docs/swagger.js';
import { AdminAccess } from '../access/admin-access.js';
import { AdminController } from '../access/admin-controller.decorator.js';
import type { AdminRequest } from '../access/admin-request.js';
import { emptyRequestSchema } from '../jobs/enqueue-request.js';
import { Body } from '../requests/request-values.js';
import { scheduleAnswerSchema, schedulesAnswerSchema } from './schedule-answer.js';

const name = { name: 'name', description: 'Of the schedule' };
const unknown = { description: 'JOBS_UNKNOWN_SCHEDULE, with the nearest known name' };
const running = { description: 'JOBS_SCHEDULE_RUNNING: one of its ticks is running' };

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

  @Post(':name/pause')
  @HttpCode(200)
  @ApiOperation({ operationId: 'pauseSchedule', summary: 'Pauses a schedule, across deployments' })
  @ApiParam(name)
  @ApiOkResponse({ standardSchema: scheduleAnswerSchema })
  @ApiNotFoundResponse(unknown)
  @ApiConflictResponse(running)
  pause(
    @Req() request: AdminRequest,
    @Param('name') schedule: string,
    @Body({ schema: emptyRequestSchema }) _body: unknown,
  ): Promise<JobScheduleView> {
    return this.schedules.pause(schedule, { actor: this.access.actor(request) });
  }

  @Post(':name/resume')
  @HttpCode(200)
  @ApiOperation({ operationId: 'resumeSchedule', summary: 'Resumes a schedule with its next time after now' })
  @ApiParam(name)
  @ApiOkResponse({ standardSchema: scheduleAnswerSchema })
  @ApiNotFoundResponse(unknown)
  @ApiConflictResponse(running)
  resume(
    @Req() request: AdminRequest,
    @Param('name') schedule: string,
    @Body({ schema: emptyRequestSchema }) _body: unknown,
  ): Promise<JobScheduleView> {
    return this.schedules.resume(schedule, { actor: this.access.actor(request) });
  }

  @Post(':name/run')
  @HttpCode(200)
  @ApiOperation({ operationId: 'runSchedule', summary: 'Asks for one run now, also of a paused schedule' })
  @ApiParam(name)
  @ApiOkResponse({ standardSchema: scheduleAnswerSchema })
  @ApiNotFoundResponse(unknown)
  @ApiConflictResponse({ description: 'JOBS_SCHEDULE_RUNNING, or JOBS_SCHEDULE_NOT_HELD: no running process has it' })
  run(
    @Req() request: AdminRequest,
    @Param('name') schedule: string,
    @Body({ schema: emptyRequestSchema }) _body: unknown,
  ): Promise<JobScheduleView> {
    return this.schedules.runNow(schedule, { actor: this.access.actor(request) });
  }
}
