import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, EntityManager } from 'typeorm';

export interface ReminderRun {
  userId: string;
  week: string;
  /** The job's idempotency key. */
  jobKey: string;
  attempt: number;
}

/**
 * `sent`: the mail was sent. `doubtful`: it may have been sent. `taken`: another run has it reserved, for at most
 * `freeInMs` milliseconds more.
 */
export type ReservationOutcome =
  | { state: 'reserved'; messageId: string }
  | { state: 'sent' }
  | { state: 'doubtful' }
  | { state: 'taken'; freeInMs: number };

interface Holder {
  sent: boolean;
  doubtful: boolean;
  free_in_ms: number;
}

/**
 * Decides which run sends the reminder of a user's week. A run reserves the row if the mail is unsent and not reserved.
 * Another job's reservation counts until it expires. One of an earlier attempt of the same job does not count, because
 * that attempt is over. All times are the database's.
 */
@Injectable()
export class ReminderReservations {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** `holdMs` must be longer than the run can take. The `messageId` of the first reservation is kept. */
  async reserve({ userId, week, jobKey, attempt }: ReminderRun, messageId: string, holdMs: number) {
    const parameters = [userId, week, messageId, jobKey, attempt, holdMs];
    const [reserved] = await this.dataSource.query<{ message_id: string }[]>(RESERVE, parameters);
    if (reserved) return { state: 'reserved', messageId: reserved.message_id } satisfies ReservationOutcome;
    return this.findHolder(userId, week);
  }

  async markSent({ userId, week }: ReminderRun): Promise<void> {
    await this.dataSource.query(MARK_SENT, [userId, week]);
  }

  /** No run sends the mail after this. */
  async markDoubtful({ userId, week }: ReminderRun): Promise<void> {
    await this.dataSource.query(MARK_DOUBTFUL, [userId, week]);
  }

  /** Ends the reservation. Changes nothing if another run has reserved the row meanwhile. */
  async release({ userId, week, jobKey, attempt }: ReminderRun): Promise<void> {
    await this.dataSource.query(RELEASE, [userId, week, jobKey, attempt]);
  }

  /** Deletes rows that are older than `weeks` weeks, oldest first, at most `PRUNED_AT_ONCE`. */
  async prune(weeks: number, manager: EntityManager): Promise<void> {
    await manager.query(PRUNE, [weeks, PRUNED_AT_ONCE]);
  }

  private async findHolder(userId: string, week: string): Promise<ReservationOutcome> {
    const [holder] = await this.dataSource.query<Holder[]>(FIND_HOLDER, [userId, week]);
    if (holder?.sent) return { state: 'sent' };
    if (holder?.doubtful) return { state: 'doubtful' };
    return { state: 'taken', freeInMs: holder?.free_in_ms ?? 0 };
  }
}

/** Enough for some weeks of a large company, and few enough to keep the tick short. */
const PRUNED_AT_ONCE = 50_000;

const PRUNE = `
  with expired as materialized (
    select user_id, week
    from weekly_report_reminders
    where reserved_at < now() - make_interval(weeks => $1)
    order by reserved_at
    limit $2
    for update skip locked
  )
  delete from weekly_report_reminders
  using expired
  where weekly_report_reminders.user_id = expired.user_id and weekly_report_reminders.week = expired.week`;

const RESERVE = `
  insert into weekly_report_reminders as reminder
    (user_id, week, message_id, reserved_by, reserved_attempt, reserved_until)
  values ($1, $2, $3, $4, $5, now() + $6::int * interval '1 millisecond')
  on conflict (user_id, week) do update
  set reserved_by = excluded.reserved_by,
      reserved_attempt = excluded.reserved_attempt,
      reserved_at = excluded.reserved_at,
      reserved_until = excluded.reserved_until
  where reminder.sent_at is null
    and reminder.doubtful_at is null
    and (
      reminder.reserved_until <= now()
      or (reminder.reserved_by = excluded.reserved_by and reminder.reserved_attempt < excluded.reserved_attempt)
    )
  returning message_id`;

const FIND_HOLDER = `
  select sent_at is not null as sent,
         doubtful_at is not null as doubtful,
         greatest(0, ceil(extract(epoch from reserved_until - now()) * 1000))::int as free_in_ms
  from weekly_report_reminders
  where user_id = $1 and week = $2`;

const MARK_SENT = `
  update weekly_report_reminders
  set sent_at = coalesce(sent_at, now())
  where user_id = $1 and week = $2`;

const MARK_DOUBTFUL = `
  update weekly_report_reminders
  set doubtful_at = coalesce(doubtful_at, now())
  where user_id = $1 and week = $2 and sent_at is null`;

const RELEASE = `
  update weekly_report_reminders
  set reserved_until = now()
  where user_id = $1 and week = $2 and reserved_by = $3 and reserved_attempt = $4 and sent_at is null`;
