import { JobsModule } from '@monstera/jobs';
import { PostgresQueryRunner } from 'typeorm/driver/postgres/PostgresQueryRunner.js';
import { testSchema } from './test-schema.js';

const TABLES =
  'jobs(?:_away)?|job_(?:failures|signals|logs|operations|workers|types|schedules|schedule_ticks|queues|stats|dependencies|audit|database)';
/** Where SQL names a table; the comma is that of `truncate jobs, job_signals`. */
const BARE = new RegExp(`(\\b(?:from|join|into|update|table|truncate|on|only)|,)(\\s+)(${TABLES})\\b(?!\\.)`, 'gi');

/** The applications' connections do not find the tables by name; what a test asks on one of them names their schema. */
const named = (text: string): string =>
  text
    .replace(BARE, `$1$2${testSchema}.$3`)
    .replace(/(?<![.\w])(jobs_enqueue|jobs_new_id|jobs_adopt_copy|jobs_clear_copy)\(/g, `${testSchema}.$1(`);

const { query } = PostgresQueryRunner.prototype;
PostgresQueryRunner.prototype.query = function (this: PostgresQueryRunner, text: string, ...rest: never[]) {
  return query.call(this, named(text), ...rest);
} as typeof query;

const { forRoot } = JobsModule;
const isOptions = (given: unknown) => typeof given === 'object' && given !== null && !Array.isArray(given);
JobsModule.forRoot = (given) =>
  forRoot.call(JobsModule, given === undefined || isOptions(given) ? { schema: testSchema, ...given } : given);
