import { useStarted } from '../support/use-started.js';
import { RemindersLab } from './reminders-lab.js';

/** 2,000 for `npm run test:features`. */
const SLOW_MS = Number(process.env.MONSTERA_SLOW_MAIL_MS ?? 500);
/** What five connections need for 251 mails. */
const IDEAL_MS = (251 / 5) * SLOW_MS;

describe('251 reminders with 250 slots and a slow mail server', () => {
  const lab = useStarted((url) => RemindersLab.open(url));

  it(
    'are one mail each at the first attempt, as fast as five connections allow',
    async () => {
      lab.smtp.script = { slowMs: SLOW_MS };
      await lab.start({ concurrency: 250 });
      const startedAt = performance.now();
      await lab.enqueue(251);

      await lab.allSent(251, 1, 2.5 * IDEAL_MS);

      // By the time that the server itself took: beside other tests it takes longer than it was told to.
      const idealMs = lab.smtp.busyMs / 5;
      expect(performance.now() - startedAt).toBeLessThan(1.3 * idealMs + 1_000);
      expect(lab.smtp.busiest).toBe(5);
    },
    15_000 + 2.5 * IDEAL_MS,
  );
});
