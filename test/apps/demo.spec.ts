import { AppFolder } from '../support/app-process.js';
import { eventually } from '../support/index.js';

const GREETING = /Dashboard\s+(http:\S+)\/jobs\/sign-in\?token=(\S+)/;

jest.setTimeout(60_000);

/** Each screen's first call, and what it must show. */
const SCREENS: [path: string, of: (answer: Answer) => number | undefined][] = [
  ['jobs?status=completed', ({ jobs }) => jobs?.length],
  ['jobs?status=failed', ({ jobs }) => jobs?.length],
  ['jobs?status=processing', ({ jobs }) => jobs?.length],
  ['jobs?queue=media', ({ jobs }) => jobs?.length],
  ['overview', ({ workers }) => Number(workers)],
  ['errors?hours=24', ({ groups }) => groups?.length],
  ['queues', ({ queues }) => queues?.length],
  ['schedules', ({ schedules }) => schedules?.length],
  ['workers', ({ workers }) => (workers as unknown[] | undefined)?.length],
  ['audit', ({ entries }) => entries?.length],
  ['types', ({ types }) => types?.length],
  ['system', ({ tables }) => tables?.length],
  ['stats/series?hours=1', ({ total }) => total?.perMinute],
  ['stats/series?hours=720', ({ total }) => total?.perMinute],
  ['stats/types?hours=1', ({ types }) => types?.length],
];

interface Answer extends Partial<
  Record<'jobs' | 'groups' | 'queues' | 'schedules' | 'entries' | 'types' | 'tables', unknown[]>
> {
  workers?: unknown;
  total?: { perMinute: number };
}

describe('npm run demo', () => {
  it('has something to show on every screen within 20 seconds, and ends cleanly', async () => {
    const folder = await AppFolder.create();
    try {
      const app = folder.launch({ script: 'scripts/demo.mjs', env: { PORT: '0' } });
      const [, address, token] = await eventually(() => GREETING.exec(app.output()) ?? false, { timeoutMs: 30_000 });
      const headers = { authorization: `Bearer ${token}` };
      const show = async (path: string) =>
        (await (await fetch(`${address}/jobs/api/v1/${path}`, { headers })).json()) as Answer;
      await Promise.all(
        SCREENS.map(([path, of]) =>
          eventually(async () => expect([path, Number(of(await show(path))) > 0]).toEqual([path, true]), {
            timeoutMs: 20_000,
            intervalMs: 250,
          }),
        ),
      );
      expect(await app.end('SIGINT')).toBe(0);
    } finally {
      await folder.remove();
    }
  });
});
