import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';

/** An engineer who hands in weekly reports. */
@Entity({ name: 'users', synchronize: false })
@Unique('users_email_unique', ['email'])
export class UserEntity {
  @PrimaryColumn({ type: 'uuid', default: () => 'gen_random_uuid()' })
  id!: string;

  @Column({ type: 'varchar', length: 200 })
  name!: string;

  @Column({ type: 'varchar', length: 320 })
  email!: string;

  /** Inactive users are not reminded. */
  @Column({ type: 'boolean', default: true })
  active!: boolean;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt!: Date;

  /** When name and address were removed; the row stays for the figures of old months. */
  @Column({ name: 'deleted_at', type: 'timestamptz', nullable: true })
  deletedAt!: Date | null;
}
