import { statement } from '../statement.js';

export const NOTIFY_CHANNEL = 'monstera_jobs';

/** Wakes the fleet's workers. Its own short statement, off the write path: NOTIFY holds a global lock over the commit. */
export const notifyWorkers = statement<[message: string], never>(
  'notify_workers',
  `select pg_notify('${NOTIFY_CHANNEL}', $1)`,
);

/** LISTEN takes no parameters. The channel is a name of our own making. */
export function listenTo(channel: string): string {
  return `listen ${channel}`;
}

export const notifyChannel = statement<[channel: string, message: string], never>(
  'notify_channel',
  `select pg_notify($1, $2)`,
);
