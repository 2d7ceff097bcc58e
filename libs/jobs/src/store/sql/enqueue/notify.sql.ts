import { NOTIFY_CHANNEL } from '../../notification.js';
import { statement } from '../../statement.js';

/**
 * Wakes workers. NOTIFY holds a global lock until the commit, so this is a short statement apart from the insert. Its
 * commit does not wait for the disk: a wake-up may be lost in a crash.
 */
export const notifyWorkers = statement<[message: string], never>(
  'notify_workers',
  `select pg_notify('${NOTIFY_CHANNEL}', $1) from set_config('synchronous_commit', 'off', true)`,
);

/** SQL for LISTEN, which takes no parameters. The channel is always one of the library's own names. */
export function listenTo(channel: string): string {
  return `listen ${channel}`;
}

export const notifyChannel = statement<[channel: string, message: string], never>(
  'notify_channel',
  `select pg_notify($1, $2)`,
);
