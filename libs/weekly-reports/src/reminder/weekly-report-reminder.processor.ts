import {
  DependencyHealth,
  isDatabaseDown,
  PermanentJobError,
  ProcessesJob,
  SnoozeJobError,
  type Job,
  type JobContext,
  type JobProcessor,
} from '@monstera/jobs';
import { MailDoubtfulError, MailService, type SendMail } from '@monstera/mail';
import { Injectable } from '@nestjs/common';
import { WeeklyReportsService } from '../report/weekly-reports.service.js';
import type { UserEntity } from '../user/user.entity.js';
import { UsersService } from '../user/users.service.js';
import { reminderMail, reminderMessageId } from './reminder-mail.js';
import { ReminderReservations, type ReminderRun } from './reminder-reservations.js';
import { weeklyReportReminder } from './weekly-report-reminder.job.js';

type ReminderJob = Job<typeof weeklyReportReminder>;

/**
 * The job's result: why a reminder was sent or not. `probably_sent`: the mail server may have accepted the mail without
 * confirming it. It is not sent again, because a second mail annoys and the next reminder follows in a week.
 * `overtaken`: `remind_until` had passed.
 */
export interface ReminderResult {
  outcome: 'sent' | 'already_sent' | 'probably_sent' | 'handed_in' | 'inactive_user' | 'overtaken';
}

type Outcome = ReminderResult['outcome'];

/** This run has reserved the mail. */
interface Reserved {
  user: UserEntity;
  messageId: string;
}

/** A reservation outlasts the job's timeout by this time, because a run that ignores its abort ends later. */
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
    private readonly health: DependencyHealth,
  ) {}

  /** Decides once a connection is free, because much can change between the start of the job and then. */
  process(job: ReminderJob, context: JobContext): Promise<ReminderResult> {
    return this.mails.inTurn(context.signal, async (send) => ({ outcome: await this.remind(job, context, send) }));
  }

  private async remind(job: ReminderJob, context: JobContext, send: SendMail): Promise<Outcome> {
    const { user_id: userId, week } = job.payload;
    const run = { userId, week, jobKey: context.idempotencyKey, attempt: job.attempt };
    // While the database is down, the job waits and uses no attempt. Until the mail is sent, the run can be repeated.
    const decision = await this.health.call('database', () => this.decide(job, run), isDatabaseDown);
    if (typeof decision === 'string') return decision;
    const { user, messageId } = decision;
    const mail = { ...reminderMail(user, week), messageId, signal: context.signal };
    return this.deliver(() => send(mail), run, context);
  }

  private async decide({ payload, timeoutMs }: ReminderJob, run: ReminderRun): Promise<Outcome | Reserved> {
    const { user_id: userId, week, remind_until: until } = payload;
    if (until !== undefined && Date.parse(until) <= Date.now()) return 'overtaken';
    const user = await this.users.find(userId);
    if (!user) throw new PermanentJobError(`USER_NOT_FOUND: there is no user "${userId}". Check payload.user_id.`);
    if (!user.active) return 'inactive_user';
    if (await this.reports.isHandedIn(userId, week)) return 'handed_in';
    return this.reserve(user, run, timeoutMs + RESERVATION_MARGIN_MS);
  }

  private async reserve(user: UserEntity, run: ReminderRun, holdMs: number): Promise<Outcome | Reserved> {
    const reservation = await this.reservations.reserve(run, reminderMessageId(user.id, run.week), holdMs);
    switch (reservation.state) {
      case 'sent':
        return 'already_sent';
      case 'doubtful':
        return 'probably_sent';
      case 'taken':
        throw new SnoozeJobError(snoozeFor(reservation.freeInMs));
      case 'reserved':
        return { user, messageId: reservation.messageId };
      default:
        return reservation satisfies never;
    }
  }

  private async deliver(send: () => Promise<void>, run: ReminderRun, context: JobContext): Promise<Outcome> {
    try {
      await send();
    } catch (error) {
      if (!(error instanceof MailDoubtfulError)) {
        await this.note(context, this.reservations.release(run));
        throw error;
      }
      context.logger.warn(error.message);
      await this.note(context, this.reservations.markDoubtful(run));
      return 'probably_sent';
    }
    await this.note(context, this.reservations.markSent(run));
    return 'sent';
  }

  /** Only warns if the write fails: the mail's outcome is known, and another run could send it twice. */
  private async note(context: JobContext, writing: Promise<void>): Promise<void> {
    await writing.catch((reason: unknown) =>
      context.logger.warn(`The reservation stays as it is until it expires: ${String(reason)}`),
    );
  }
}

/** Shorter than the reservation, because the other run may fail and release the row early. */
function snoozeFor(freeInMs: number): number {
  return Math.min(Math.max(freeInMs, MIN_SNOOZE_MS), MAX_SNOOZE_MS);
}
