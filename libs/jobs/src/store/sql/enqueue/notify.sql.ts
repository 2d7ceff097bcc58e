import { statement } from '../../statement.js';

export const NOTIFY_CHANNEL = 'monstera_jobs';

/**
 * Wakes the fleet's workers. Its own short statement, off the write path: NOTIFY holds a global lock over the commit,
 * which need not wait for the disk, because a hint that is lost in a crash costs nothing.
 */
export const notifyWorkers = statement<[message: string], never>(
  'notify_workers',
  `select pg_notify('${NOTIFY_CHANNEL}', $1) from set_config('synchronous_commit', 'off', true)`,
);

/** LISTEN takes no parameters. The channel is a name of our own making. */
export function listenTo(channel: string): string {
  return `listen ${channel}`;
}

export const notifyChannel = statement<[channel: string, message: string], never>(
  'notify_channel',
  `select pg_notify($1, $2)`,
);
