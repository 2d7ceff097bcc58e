import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, EntityManager } from 'typeorm';

export interface AuditLogEntry {
  /** Who did it: the id of a user, or a service. At most 200 characters. */
  actor: string;
  /** What was done, such as `report.submitted`. At most 100 characters. */
  action: string;
  /** What it was done to. At most 200 characters. */
  subject: string;
  /** Further details, as JSON. Default: none. */
  details?: Record<string, unknown>;
}

@Injectable()
export class AuditLogsService {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** Writes an entry with the database's time. With `manager`, it is part of that transaction. */
  async record(entry: AuditLogEntry, options: { manager?: EntityManager } = {}): Promise<void> {
    const { actor, action, subject, details = {} } = entry;
    const { manager = this.dataSource.manager } = options;
    await manager.query(RECORD, [actor, action, subject, JSON.stringify(details)]);
  }

  /** Returns the time `days` ago by the database's clock, to the microsecond, and the number of older entries. */
  async countOlderThan(days: number): Promise<{ cutoff: string; count: number }> {
    const [row] = await this.dataSource.query<[{ cutoff: string; count: number }]>(COUNT_OLDER, [days]);
    return row;
  }

  /** Deletes at most `limit` entries before `cutoff`, oldest first, in its own transaction. Returns their number. */
  async deleteBefore(cutoff: string, limit: number): Promise<number> {
    const [, deleted] = await this.dataSource.query<[unknown[], number]>(DELETE_BATCH, [cutoff, limit]);
    return deleted;
  }
}

const RECORD = `
  insert into audit_logs (actor, action, subject, details)
  values ($1, $2, $3, $4::jsonb)`;

/** Returns the time as text, because a JavaScript date has no microseconds. */
const COUNT_OLDER = `
  select cutoff::text as cutoff,
         (select count(*)::int from audit_logs where created_at < cutoff) as count
  from (select now() - make_interval(days => $1) as cutoff) as source`;

/** Skips rows that another clean-up is deleting. */
const DELETE_BATCH = `
  with expired as materialized (
    select id
    from audit_logs
    where created_at < $1::timestamptz
    order by created_at
    limit $2
    for update skip locked
  )
  delete from audit_logs
  using expired
  where audit_logs.id = expired.id`;
