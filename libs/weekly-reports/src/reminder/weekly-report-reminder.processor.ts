import {
  PermanentJobError,
  ProcessesJob,
  SnoozeJobError,
  type Job,
  type JobContext,
  type JobProcessor,
} from '@monstera/jobs';
import { MailService } from '@monstera/mail';
import { Injectable } from '@nestjs/common';
import { WeeklyReportsService } from '../report/weekly-reports.service.js';
import type { UserEntity } from '../user/user.entity.js';
import { UsersService } from '../user/users.service.js';
import { reminderMail, reminderMessageId } from './reminder-mail.js';
import { ReminderReservations, type ReminderRun } from './reminder-reservations.js';
import { weeklyReportReminder } from './weekly-report-reminder.job.js';

type ReminderJob = Job<typeof weeklyReportReminder>;

/** Why a reminder was or was not sent; the job's result. */
export interface ReminderResult {
  outcome: 'sent' | 'already_sent' | 'handed_in' | 'inactive_user';
}

/** How much longer than the job's timeout a reservation holds: a run that ignores its abort is given a while to end. */
const RESERVATION_MARGIN_MS = 60_000;
const MIN_SNOOZE_MS = 250;
const MAX_SNOOZE_MS = 10_000;

@Injectable()
@ProcessesJob(weeklyReportReminder)
export class WeeklyReportReminderProcessor implements JobProcessor<typeof weeklyReportReminder> {
  constructor(
    private readonly users: UsersService,
    private readonly reports: WeeklyReportsService,
    private readonly reservations: ReminderReservations,
    private readonly mails: MailService,
  ) {}

  async process(job: ReminderJob, context: JobContext): Promise<ReminderResult> {
    const { user_id: userId, week } = job.payload;
    const user = await this.users.find(userId);
    if (!user) throw new PermanentJobError(`USER_NOT_FOUND: there is no user "${userId}". Check payload.user_id.`);
    if (!user.active) return { outcome: 'inactive_user' };
    if (await this.reports.isHandedIn(userId, week)) return { outcome: 'handed_in' };
    return this.remind(user, job, context);
  }

  private async remind(user: UserEntity, job: ReminderJob, context: JobContext): Promise<ReminderResult> {
    const { week } = job.payload;
    const run = { userId: user.id, week, jobKey: context.idempotencyKey, attempt: job.attempt };
    const holdMs = job.timeoutMs + RESERVATION_MARGIN_MS;
    const reservation = await this.reservations.reserve(run, reminderMessageId(user.id, week), holdMs);
    if (reservation.state === 'sent') return { outcome: 'already_sent' };
    if (reservation.state === 'taken') throw new SnoozeJobError(snoozeFor(reservation.freeInMs));
    await this.deliver(user, reservation.messageId, run, context);
    return { outcome: 'sent' };
  }

  private async deliver(user: UserEntity, messageId: string, run: ReminderRun, context: JobContext): Promise<void> {
    try {
      await this.mails.send({ ...reminderMail(user, run.week), messageId, signal: context.signal });
    } catch (error) {
      await this.reservations
        .release(run)
        .catch((reason: unknown) => context.logger.warn(`The reservation stays until it expires: ${String(reason)}`));
      throw error;
    }
    await this.reservations.markSent(run);
  }
}

/** The other run may well fail and release the row before it expires, so this one does not wait for the end. */
function snoozeFor(freeInMs: number): number {
  return Math.min(Math.max(freeInMs, MIN_SNOOZE_MS), MAX_SNOOZE_MS);
}
