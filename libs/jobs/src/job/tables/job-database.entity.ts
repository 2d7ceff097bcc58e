import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The database in which the jobs were made, in one row, by which a restored copy is told from it. */
@Entity({ name: 'job_database', synchronize: false })
export class JobDatabaseEntity {
  @PrimaryColumn({ name: 'is_only', type: 'boolean', default: true })
  isOnly!: boolean;

  /** Of the cluster. A text, because it has more digits than a number of JavaScript. */
  @Column({ name: 'system_identifier', type: 'bigint' })
  systemIdentifier!: string;

  @Column({ type: 'bigint' })
  oid!: string;

  @Column({ name: 'noted_at', type: 'timestamptz', default: () => 'now()' })
  notedAt!: Date;
}
