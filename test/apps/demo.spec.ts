import { AppFolder } from '../support/app-process.js';
import { eventually } from '../support/index.js';

const GREETING = /Dashboard\s+(http:\S+)\/jobs\/sign-in\?token=(\S+)/;

jest.setTimeout(60_000);

describe('npm run demo', () => {
  it('has jobs of every kind within 20 seconds, and ends cleanly', async () => {
    const folder = await AppFolder.create();
    try {
      const app = folder.launch({ script: 'scripts/demo.mjs', env: { PORT: '0' } });
      const [, address, token] = await eventually(() => GREETING.exec(app.output()) ?? false, { timeoutMs: 30_000 });
      const shows = async (query: string): Promise<unknown[]> => {
        const response = await fetch(`${address}/jobs/api/v1/jobs?${query}`, {
          headers: { authorization: `Bearer ${token}` },
        });
        return ((await response.json()) as { jobs: unknown[] }).jobs;
      };
      for (const query of ['status=completed', 'status=failed', 'status=processing', 'queue=media'])
        await eventually(async () => expect((await shows(query)).length).toBeGreaterThan(0), { timeoutMs: 20_000 });
      expect(await app.end('SIGINT')).toBe(0);
    } finally {
      await folder.remove();
    }
  });
});
