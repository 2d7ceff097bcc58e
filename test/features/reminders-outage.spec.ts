import { eventually } from '../support/index.js';
import { startSmtpServer } from '../support/smtp-server.js';
import { useStarted } from '../support/use-started.js';
import { RemindersLab } from './reminders-lab.js';

describe('reminders while the mail server', () => {
  const lab = useStarted((url) => RemindersLab.open(url), { each: true });

  /** How many jobs have been tried, or put off before that. */
  async function everTried(): Promise<number> {
    const [row] = await lab.query<{ count: number }>(
      `select count(*)::int as count from jobs where run > 0 and status in ('pending', 'processing')`,
    );
    return row!.count;
  }

  it('is down wait without using up an attempt, and are all sent once afterwards', async () => {
    const { url } = lab.smtp;
    const port = Number(new URL(url).port);
    await lab.smtp.stop();
    await lab.start({ smtpUrl: url });
    await lab.enqueue(304);
    await eventually(async () => expect(await everTried()).toBe(304));
    expect((await lab.tally()).filter(({ attempts }) => attempts > 1)).toEqual([]);

    lab.smtp = await startSmtpServer({ port });
    await lab.makeDue();

    await lab.allSentSoon(304, 1);
  });

  it('refuses the password wait, and are sent once it is mended', async () => {
    lab.smtp.script = { password: 'old' };
    await lab.start({ smtpUrl: lab.smtp.url.replace('smtp://', 'smtp://user:new@') });
    await lab.enqueue(20);
    await eventually(async () => {
      await lab.makeDue();
      expect(lab.smtp.refusedLogins).toBeGreaterThan(2);
    });
    expect((await lab.tally()).filter(({ status }) => status === 'failed')).toEqual([]);

    lab.smtp.script = { password: 'new' };

    await lab.allSentSoon(20, 1);
  });

  it('puts unknown senders off are tried again after minutes, then sent once', async () => {
    lab.smtp.script = { recipient: { code: 451, text: '4.7.1 Greylisted' } };
    await lab.start();
    await lab.enqueue(20);
    await eventually(async () => {
      const rows = await lab.query(
        `select from jobs where status = 'pending' and attempts = 1 and scheduled_at > now() + interval '40 seconds'`,
      );
      expect(rows).toHaveLength(20);
    });

    lab.smtp.script = {};
    await lab.makeDue();

    await lab.allSent(20, 2);
  });

  it('answers after half a minute get one mail each', async () => {
    lab.smtp.script = { slowMs: 31_000 };
    await lab.start();
    await lab.enqueue(3);

    await lab.allSent(3, 1, 45_000);
    expect(lab.smtp.arrived).toBe(3);
  }, 60_000);
});
