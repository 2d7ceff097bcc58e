import type { JobQueues } from '@monstera/jobs';

/** What a producer is to do as an operator does. */
export interface Steer {
  verb: 'pause' | 'resume';
  queue: string;
}

export interface Steered {
  /** When the call was made, by the clock that journals go by. */
  calledMs: number;
  error?: string;
}

/** Pauses and resumes queues by message, and answers with `{ steered }`. */
export function answerSteering(queues: JobQueues): void {
  process.on('message', ({ steer }: { steer?: Steer }) => {
    if (!steer) return;
    const calledMs = Date.now();
    const answer = (steered: Steered) => void process.send?.({ steered });
    queues[steer.verb](steer.queue).then(
      () => answer({ calledMs }),
      (error: unknown) => answer({ calledMs, error: String(error) }),
    );
  });
}
