import { Logger } from '@nestjs/common';
import type { WorkerStatus } from '../state/worker-status.js';
import { QueueListener } from './queue-listener.js';
import type { WakeUp } from './wake-up.js';
import type { WorkerDatabase } from '../store/worker-connections/worker-database.js';

export interface WakeUpListenerParts {
  database: WorkerDatabase;
  wakeUp: WakeUp;
  status: WorkerStatus;
  /** Called when this process starts or stops hearing notifications. Only a look finds what was missed in between. */
  onChanged: () => void;
}

/** Passes notifications of other processes on to the wake-up. Null where LISTEN cannot work. */
export function wakeUpListener({ database, wakeUp, status, onChanged }: WakeUpListenerParts): QueueListener | null {
  const { newListenClient } = database;
  if (!newListenClient) return null;
  const logger = new Logger('Jobs');
  return new QueueListener({
    newClient: newListenClient,
    onMessage: (text) => wakeUp.hear(text),
    onListening: (listening, error) => {
      if (status.listening === listening) return;
      status.listening = listening;
      if (error) logger.warn(`No NOTIFY reaches this process (${(error as Error).message}); polling until it does`);
      onChanged();
    },
  });
}
