import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Plan } from './lab/plan.js';

/** Starts a server and processes of its own. */
const SMOKE_TIMEOUT_MS = 120_000;

describe('npm run chaos', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'monstera-chaos-spec-'));
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function chaos(...options: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(process.execPath, ['test/chaos/run.mjs', ...options]);
    return stdout;
  }

  it(
    'kills workers, finds every job done once, and leaves nothing behind',
    async () => {
      const file = join(folder, 'smoke.json');
      const data = await mkdtemp(join(tmpdir(), 'monstera-chaos-data-'));
      const output = await chaos('--smoke', '--seed', '1', '--json', file, '--data', data);

      const { seed, outcomes } = JSON.parse(await readFile(file, 'utf8')) as Report;
      const [outcome] = outcomes;
      expect(seed).toBe(1);
      expect(outcome!.checks.filter(({ held, what }) => !held && !DEPENDS_ON_THE_MACHINE.test(what))).toEqual([]);
      expect(outcome).toMatchObject({ scenario: 'kill', faults: { SIGKILL: 2 }, errors: [] });
      expect(outcome!.verdict).toMatchObject({ lost: 0, unfinished: 0, doublyCompleted: 0, startedTooOften: 0 });
      expect(outcome!.verdict.enqueued).toBeGreaterThan(100);
      expect(output).toMatch(/^kill +kept/m);
      expect(await readdir(data)).toEqual([]);
      await rm(data, { recursive: true });
    },
    SMOKE_TIMEOUT_MS,
  );

  it('plans the same faults for the same seed, and others for another', () => {
    const faults = (seed: number, scenario: string) => {
      const plan = new Plan(seed, scenario);
      return Array.from({ length: 20 }, () => plan.whole(1, 1_000));
    };
    expect(faults(7, 'kill')).toEqual(faults(7, 'kill'));
    expect(faults(7, 'kill')).not.toEqual(faults(8, 'kill'));
    expect(faults(7, 'kill')).not.toEqual(faults(7, 'pause'));
    expect(Math.min(...faults(7, 'kill'))).toBeGreaterThanOrEqual(1);
    expect(Math.max(...faults(7, 'kill'))).toBeLessThanOrEqual(1_000);
  });

  it('says which option it does not understand', async () => {
    await expect(chaos()).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('Give --scenario NAME') });
    await expect(chaos('--scenario', 'kil')).rejects.toMatchObject({
      stderr: expect.stringContaining('--scenario: there is no scenario "kil".'),
    });
    await expect(chaos('--scenario', 'kill', '--seed', 'x')).rejects.toMatchObject({
      stderr: expect.stringContaining('--seed: "x" is no such number.'),
    });
  });
});

/** How many jobs a second a machine can take is for the real runs to judge. */
const DEPENDS_ON_THE_MACHINE = /jobs a second/;

interface Report {
  seed: number;
  outcomes: {
    scenario: string;
    checks: { what: string; held: boolean; seen: string }[];
    verdict: Record<string, number>;
    faults: Record<string, number>;
    errors: string[];
  }[];
}
