import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The identity of the database in which the jobs were created. It tells a restored copy from the original. */
@Entity({ name: 'job_database', synchronize: false })
export class JobDatabaseEntity {
  @PrimaryColumn({ name: 'is_only', type: 'boolean', default: true })
  isOnly!: boolean;

  /** The cluster's identifier. A string, because it has more digits than a JavaScript number. */
  @Column({ name: 'system_identifier', type: 'bigint' })
  systemIdentifier!: string;

  @Column({ type: 'bigint' })
  oid!: string;

  @Column({ name: 'noted_at', type: 'timestamptz', default: () => 'now()' })
  notedAt!: Date;
}
