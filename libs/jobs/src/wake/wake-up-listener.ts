import type { WorkerStatus } from '../state/worker-status.js';
import { QueueListener } from './queue-listener.js';
import type { WakeUp } from './wake-up.js';
import type { WorkerDatabase } from '../store/worker-connections/worker-database.js';
import type { Clock } from '../support/time/clock.js';
import { report } from '../report/report.js';

export interface WakeUpListenerParts {
  database: WorkerDatabase;
  wakeUp: WakeUp;
  status: WorkerStatus;
  clock: Clock;
  /** Called when this process starts or stops hearing notifications. Only a look finds what was missed in between. */
  onChanged: () => void;
}

/** Passes notifications of other processes on to the wake-up. Null where LISTEN cannot work. */
export function wakeUpListener({
  database,
  wakeUp,
  status,
  clock,
  onChanged,
}: WakeUpListenerParts): QueueListener | null {
  const { newListenClient } = database;
  if (!newListenClient) return null;
  return new QueueListener({
    clock,
    newClient: newListenClient,
    onMessage: (text) => wakeUp.hear(text),
    onListening: (listening, error) => {
      if (status.listening === listening) return;
      status.listening = listening;
      if (error) report('deaf', { cause: error });
      onChanged();
    },
  });
}
