import { JobAuditEntity } from './job-audit.entity.js';
import { JobDatabaseEntity } from './job-database.entity.js';
import { JobDependencyEntity } from './job-dependency.entity.js';
import { JobFailureEntity } from './job-failure.entity.js';
import { JobOperationEntity } from './job-operation.entity.js';
import { JobLogEntity } from './job-log.entity.js';
import { JobQueueEntity } from './job-queue.entity.js';
import { JobScheduleTickEntity } from './job-schedule-tick.entity.js';
import { JobScheduleEntity } from './job-schedule.entity.js';
import { JobSignalEntity } from './job-signal.entity.js';
import { JobStatEntity } from './job-stat.entity.js';
import { JobTypeEntity } from './job-type.entity.js';
import { JobWorkerEntity } from './job-worker.entity.js';
import { JobEntity } from './job.entity.js';

/** For the host's `TypeOrmModule.forRoot({ entities })`. */
export const jobsEntities = [
  JobEntity,
  JobFailureEntity,
  JobLogEntity,
  JobSignalEntity,
  JobWorkerEntity,
  JobTypeEntity,
  JobScheduleEntity,
  JobScheduleTickEntity,
  JobQueueEntity,
  JobStatEntity,
  JobDependencyEntity,
  JobAuditEntity,
  JobDatabaseEntity,
  JobOperationEntity,
];
