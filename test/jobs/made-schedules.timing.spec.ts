import { eventually } from '../support/index.js';
import { useStarted } from '../support/use-started.js';
import { DAILY, MadeLab } from './made-lab.js';

describe('a schedule that is made at run time', () => {
  const lab = useStarted((url) => MadeLab.start(url));

  afterEach(() => lab.clear());

  it('fires at its times without a look, in whole seconds', async () => {
    await lab.schedules.create({ ...DAILY, cron: '* * * * * *' });
    const ticks = await eventually(
      async () => {
        const found = (await lab.schedules.get('daily_note')).ticks;
        expect(found.length).toBeGreaterThanOrEqual(3);
        return found;
      },
      { timeoutMs: 10_000 },
    );
    const plannedMs = ticks.map(({ plannedAt }) => plannedAt.getTime());
    expect(plannedMs[0]! - plannedMs[2]!).toBe(2_000);
    for (const { plannedAt, firedAt } of ticks) {
      const lateMs = firedAt.getTime() - plannedAt.getTime();
      expect(lateMs).toBeGreaterThanOrEqual(0);
      expect(lateMs).toBeLessThan(1_000);
    }
  });

  it('fires late by its jitter, at most', async () => {
    await lab.schedules.create({ ...DAILY, cron: '*/2 * * * * *', jitterMs: 900 });
    const { ticks } = await lab.fired('daily_note', 4, 20_000);
    const late = ticks.map(({ plannedAt, firedAt }) => firedAt.getTime() - plannedAt.getTime());
    expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...late)).toBeLessThan(1_900);
    expect(new Set(late.map((ms) => Math.round(ms / 50))).size).toBeGreaterThan(1);
  });
});
