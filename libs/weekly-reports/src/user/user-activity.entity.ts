import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A period in which a user was active. A trigger on `users` writes it, so that it includes every change. */
@Entity({ name: 'user_activity', synchronize: false })
export class UserActivityEntity {
  @PrimaryColumn({ name: 'user_id', type: 'uuid' })
  userId!: string;

  @PrimaryColumn({ name: 'active_from', type: 'timestamptz' })
  activeFrom!: Date;

  /** Null while the user is active. */
  @Column({ name: 'active_to', type: 'timestamptz', nullable: true })
  activeTo!: Date | null;
}
