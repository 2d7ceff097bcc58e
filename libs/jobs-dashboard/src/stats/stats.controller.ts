import { JobRepository, type JobCounts, type LongRunningJobs } from '@monstera/jobs';
import { Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '../docs/swagger.js';
import { AdminController } from '../access/admin-controller.decorator.js';
import { Query } from '../requests/request-values.js';
import {
  failedQuerySchema,
  jobCountsSchema,
  longRunningJobsSchema,
  runningTooLongQuerySchema,
} from './stats-answer.js';

/** One route for each statistic. */
@AdminController('stats')
export class StatsController {
  constructor(private readonly repository: JobRepository) {}

  @Get('failed')
  @ApiOperation({ operationId: 'countFailedJobs', summary: 'Jobs that failed for good in the last hours, by type' })
  @ApiOkResponse({ standardSchema: jobCountsSchema })
  failed(@Query({ schema: failedQuerySchema }) { hours }: { hours?: number }): Promise<JobCounts> {
    return this.repository.countFailedByType(hours);
  }

  @Get('pending')
  @ApiOperation({ operationId: 'countPendingJobs', summary: 'Jobs that wait to run, by type' })
  @ApiOkResponse({ standardSchema: jobCountsSchema })
  pending(): Promise<JobCounts> {
    return this.repository.countPendingByType();
  }

  @Get('running-too-long')
  @ApiOperation({
    operationId: 'listJobsRunningTooLong',
    summary: 'Jobs that have been running for longer than their timeout, or than some minutes',
  })
  @ApiOkResponse({ standardSchema: longRunningJobsSchema })
  runningTooLong(
    @Query({ schema: runningTooLongQuerySchema }) { minutes }: { minutes?: number },
  ): Promise<LongRunningJobs> {
    return this.repository.findRunningTooLong(minutes);
  }
}
