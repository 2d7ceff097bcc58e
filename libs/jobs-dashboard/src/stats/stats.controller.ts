import { Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '../docs/swagger.js';
import {
  JobRepository,
  JobStatistics,
  type JobCounts,
  type LongRunningJobs,
  type StatisticsByType,
  type StatisticsSeries,
} from '@monstera/jobs';
import { AdminController } from '../access/admin-controller.decorator.js';
import { Query } from '../requests/request-values.js';
import {
  failedQuerySchema,
  jobCountsSchema,
  longRunningJobsSchema,
  runningTooLongQuerySchema,
} from './stats-answer.js';
import {
  byTypeAnswerSchema,
  byTypeQuerySchema,
  rangeOf,
  seriesAnswerSchema,
  seriesQuerySchema,
  type ByTypeQuery,
  type SeriesQuery,
} from './statistics-answer.js';

/** One route for each statistic. */
@AdminController('stats')
export class StatsController {
  constructor(
    private readonly repository: JobRepository,
    private readonly statistics: JobStatistics,
  ) {}

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

  @Get('series')
  @ApiOperation({ operationId: 'readStatistics', summary: 'What ran over time: counts, waits and run times in steps' })
  @ApiOkResponse({ standardSchema: seriesAnswerSchema })
  series(
    @Query({ schema: seriesQuerySchema }) { type, queue, everyMs, ...range }: SeriesQuery,
  ): Promise<StatisticsSeries> {
    return this.statistics.series({ type, queue, everyMs, ...rangeOf(range) });
  }

  @Get('types')
  @ApiOperation({ operationId: 'readStatisticsByType', summary: 'What ran over a time, by type' })
  @ApiOkResponse({ standardSchema: byTypeAnswerSchema })
  types(
    @Query({ schema: byTypeQuerySchema }) { queue, order, limit, ...range }: ByTypeQuery,
  ): Promise<StatisticsByType> {
    return this.statistics.byType({ queue, order, limit, ...rangeOf(range) });
  }
}
