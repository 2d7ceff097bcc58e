/** The channel on which workers hear that there is something to do. */
export const NOTIFY_CHANNEL = 'monstera_jobs';

/** A message that PostgreSQL sends to all who listen to a channel. */
export interface Notification {
  channel: string;
  message: string;
}
