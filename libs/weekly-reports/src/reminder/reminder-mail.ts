import { daysOfIsoWeek } from '../iso-week.js';

export interface ReminderMail {
  to: string;
  subject: string;
  text: string;
}

/** The same for every attempt, so that a mail that is sent again counts as the same mail. */
export const reminderMessageId = (userId: string, week: string): string =>
  `<weekly-report-reminder.${week}.${userId}@weekly-reports.monstera>`;

export function reminderMail(user: { name: string; email: string }, week: string): ReminderMail {
  const { monday, sunday } = daysOfIsoWeek(week);
  return {
    to: user.email,
    subject: `Reminder: your weekly report for ${week}`,
    text: [
      `Hello ${user.name},`,
      `your report for week ${week} (${monday} to ${sunday}) has not been submitted yet. Please submit it.`,
      'Monstera',
    ].join('\n\n'),
  };
}
