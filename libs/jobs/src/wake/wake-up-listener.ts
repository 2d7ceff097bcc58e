import { Logger } from '@nestjs/common';
import type { WorkerStatus } from '../state/worker-status.js';
import { QueueListener } from './queue-listener.js';
import type { WakeUp } from './wake-up.js';
import type { WorkerDatabase } from '../store/worker-connections/worker-database.js';

export interface WakeUpListenerParts {
  database: WorkerDatabase;
  wakeUp: WakeUp;
  status: WorkerStatus;
  /** This process hears again, or no longer. What was said while nobody listened is found by looking. */
  onChanged: () => void;
}

/** Hears what other processes say to the workers; null where LISTEN cannot work. */
export function wakeUpListener({ database, wakeUp, status, onChanged }: WakeUpListenerParts): QueueListener | null {
  if (!database.canListen) return null;
  const logger = new Logger('Jobs');
  return new QueueListener({
    newClient: () => database.newClient(),
    onMessage: (text) => wakeUp.hear(text),
    onListening: (listening, error) => {
      if (status.listening === listening) return;
      status.listening = listening;
      if (error) logger.warn(`No NOTIFY reaches this process (${(error as Error).message}); polling until it does`);
      onChanged();
    },
  });
}
