import { Entity, PrimaryColumn } from 'typeorm';

/** A `blocked` job waits until every job that it depends on has completed. */
@Entity({ name: 'job_dependencies', synchronize: false })
export class JobDependencyEntity {
  @PrimaryColumn({ type: 'smallint', default: 0 })
  shard!: number;

  @PrimaryColumn({ name: 'job_id', type: 'uuid' })
  jobId!: string;

  @PrimaryColumn({ name: 'depends_on', type: 'uuid' })
  dependsOn!: string;
}
