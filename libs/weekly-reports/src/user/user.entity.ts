import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';

/** An engineer who submits weekly reports. */
@Entity({ name: 'users', synchronize: false })
@Unique('users_email_unique', ['email'])
export class UserEntity {
  @PrimaryColumn({ type: 'uuid', default: () => 'gen_random_uuid()' })
  id!: string;

  @Column({ type: 'varchar', length: 200 })
  name!: string;

  @Column({ type: 'varchar', length: 320 })
  email!: string;

  /** Inactive users get no reminders. */
  @Column({ type: 'boolean', default: true })
  active!: boolean;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt!: Date;

  /** When the name and address were removed. The row stays for the figures of old months. */
  @Column({ name: 'deleted_at', type: 'timestamptz', nullable: true })
  deletedAt!: Date | null;
}
