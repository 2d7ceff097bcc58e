import type { Executor } from '../store/statement.js';
import { WakeUp } from './wake-up.js';
import { systemClock } from '../support/time/clock.js';

/** Stands in for the database: a notification is sent when the test lets it. */
function slowDatabase() {
  const queues: string[][] = [];
  const answers: (() => void)[] = [];
  const executor: Executor = {
    run: (_, params) => {
      queues.push((JSON.parse(params[0] as string) as { queues: string[] }).queues);
      return new Promise((resolve) => answers.push(() => resolve([])));
    },
  };
  return { queues, answers, wakeUp: new WakeUp(executor, () => {}, systemClock) };
}

describe('WakeUp.flush', () => {
  it('sends at once what waits, and waits for it', async () => {
    const { queues, answers, wakeUp } = slowDatabase();
    let ended = false;
    wakeUp.jobsAdded(['mail']);
    const flushing = wakeUp.flush().then(() => (ended = true));
    await Promise.resolve();
    await Promise.resolve();
    expect(queues).toEqual([['mail']]);
    expect(ended).toBe(false);
    answers[0]!();
    await flushing;
    expect(queues).toHaveLength(1);
  });

  it('waits for the notification that is under way, and sends what came meanwhile', async () => {
    const { queues, answers, wakeUp } = slowDatabase();
    wakeUp.jobsAdded(['mail']);
    await new Promise((resolve) => setTimeout(resolve));
    wakeUp.jobsAdded(['reports']);
    const flushing = wakeUp.flush();
    answers[0]!();
    await new Promise((resolve) => setImmediate(resolve));
    answers[1]!();
    await flushing;
    expect(queues).toEqual([['mail'], ['reports']]);
  });

  it('sends nothing if there is nothing', async () => {
    const { queues, wakeUp } = slowDatabase();
    await wakeUp.flush();
    expect(queues).toEqual([]);
  });
});
