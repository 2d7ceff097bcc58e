import { AuditLogsService } from '@monstera/audit-logs';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { EntityManager, IsNull, QueryFailedError, Repository } from 'typeorm';
import { UserEntity } from './user.entity.js';
import { EmailTakenError, UserNotFoundError } from './user.errors.js';

export type NewUser = Pick<UserEntity, 'name' | 'email'>;
export type UserChange = Partial<Pick<UserEntity, 'name' | 'email' | 'active'>>;

/** Writes users. The audit log gets the names of the changed fields, never their values. */
@Injectable()
export class UserChangesService {
  constructor(
    @InjectRepository(UserEntity) private readonly users: Repository<UserEntity>,
    private readonly auditLogs: AuditLogsService,
  ) {}

  /** Adds an active user. Throws `EmailTakenError` (409). */
  create(user: NewUser, actor: string): Promise<UserEntity> {
    return this.write(async (manager) => {
      await assertEmailFree(manager, user.email);
      const { identifiers } = await manager.insert(UserEntity, { ...user });
      const created = await manager.findOneByOrFail(UserEntity, { id: String(identifiers[0]?.id) });
      await this.auditLogs.record({ actor, action: 'user.created', subject: created.id }, { manager });
      return created;
    });
  }

  /** Changes the name, address or activity of a user. Throws `UserNotFoundError` (404) and `EmailTakenError` (409). */
  change(id: string, change: UserChange, actor: string): Promise<UserEntity> {
    return this.write(async (manager) => {
      await lock(manager, id);
      if (change.email !== undefined) await assertEmailFree(manager, change.email, id);
      await manager.update(UserEntity, { id }, change);
      const details = { fields: Object.keys(change) };
      await this.auditLogs.record({ actor, action: 'user.changed', subject: id, details }, { manager });
      return manager.findOneByOrFail(UserEntity, { id });
    });
  }

  /**
   * Removes the name, the address, the texts of reports and the reminders. The hours stay under the name "Deleted user",
   * because the figures of old months must not change. Cannot be undone. Throws `UserNotFoundError` (404).
   */
  async delete(id: string, actor: string): Promise<void> {
    await this.write(async (manager) => {
      const user = await lock(manager, id);
      const anonymous = { name: 'Deleted user', email: `${id}@deleted.invalid`, active: false };
      await manager.update(UserEntity, { id }, { ...anonymous, deletedAt: () => 'now()' });
      await manager.query(`update weekly_reports set summary = '' where user_id = $1`, [id]);
      await manager.query('delete from weekly_report_reminders where user_id = $1', [id]);
      await this.auditLogs.record({ actor, action: 'user.deleted', subject: id }, { manager });
      return user;
    });
  }

  /** Two concurrent writes of the same address can both pass the check. The unique key then rejects the second. */
  private async write(step: (manager: EntityManager) => Promise<UserEntity>): Promise<UserEntity> {
    try {
      return await this.users.manager.transaction(step);
    } catch (error) {
      if (isEmailConflict(error)) throw new EmailTakenError();
      throw error;
    }
  }
}

async function lock(manager: EntityManager, id: string): Promise<UserEntity> {
  const where = { id, deletedAt: IsNull() };
  const user = await manager.findOne(UserEntity, { where, lock: { mode: 'pessimistic_write' } });
  if (!user) throw new UserNotFoundError(id);
  return user;
}

/** Ignores case: `Ada@example.com` reaches the same person as `ada@example.com`. */
async function assertEmailFree(manager: EntityManager, email: string, id: string | null = null): Promise<void> {
  const taken = await manager.query<unknown[]>(EMAIL_TAKEN, [email, id]);
  if (taken.length > 0) throw new EmailTakenError();
}

const EMAIL_TAKEN = `
  select from users
  where lower(email) = lower($1) and id is distinct from $2::uuid
  limit 1`;

function isEmailConflict(error: unknown): boolean {
  return error instanceof QueryFailedError && 'constraint' in error && error.constraint === 'users_email_unique';
}
