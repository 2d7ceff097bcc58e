import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Starts servers and processes of its own. */
const SMOKE_TIMEOUT_MS = 90_000;

describe('npm run bench', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'monstera-bench-spec-'));
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function bench(...options: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(process.execPath, ['bench/run.mjs', ...options]);
    return stdout;
  }

  it(
    'measures a drain of every job, each done once, and every look, and writes the figures as JSON',
    async () => {
      const file = join(folder, 'smoke.json');
      await bench('--smoke', '--json', file);

      const { machine, rows: all } = JSON.parse(await readFile(file, 'utf8')) as Report;
      expect(machine).toMatchObject({ postgres: expect.stringMatching(/^18/), rounds: 1 });
      const looks = all.filter(({ scenario }) => scenario === 'looks');
      expect(looks.length).toBeGreaterThan(50);
      for (const row of looks) expect(row).toMatchObject({ problem: null, rounds: [{ p95Ms: expect.any(Number) }] });
      const rows = all.filter(({ scenario }) => scenario !== 'looks');
      expect(rows.map(({ variant }) => variant)).toEqual(['2k analysed', '2k fresh']);
      for (const row of rows) {
        expect(row).toMatchObject({ scenario: 'drain', contender: 'ours', problem: null });
        expect(row.rounds).toEqual([expect.objectContaining({ round: 1, jobs: 2_000, cutShort: false, doneTwice: 0 })]);
        expect(row.summary.jobsPerSecond!.median).toBeGreaterThan(0);
        expect(row.summary.clientCpuMs!.median).toBeGreaterThan(0);
        expect(row.summary.walBytes!.median).toBeGreaterThan(100);
      }
    },
    SMOKE_TIMEOUT_MS,
  );

  it(
    'measures what a job costs among idle workers',
    async () => {
      const file = join(folder, 'herd.json');
      const few = ['--workers', '2', '--rate', '20', '--seconds', '2', '--runs', '1'];
      await bench('--only', 'herd', ...few, '--json', file);

      const { rows } = JSON.parse(await readFile(file, 'utf8')) as Report;
      const one = { variant: '2 workers, 20 jobs/s', problem: null };
      expect(rows).toMatchObject([
        { contender: 'ours', ...one },
        { contender: 'bare-listen', ...one },
      ]);
      expect(rows[0]!.rounds[0]!.jobs).toBeGreaterThan(20);
      for (const metric of ['claimsPerJob', 'statementsPerJob', 'p50Ms'])
        expect(rows[0]!.summary[metric]!.median).toBeGreaterThan(0);
    },
    SMOKE_TIMEOUT_MS,
  );

  it('pairs ratios round by round, with the fastest peer, and leaves a verdict open that the range contains', async () => {
    const file = join(folder, 'earlier.json');
    const rows = [
      row('ours', 'ours', [30_000, 60_000, 50_000]),
      row('slow', 'peer', [10_000, 10_000, 10_000]),
      row('fast', 'peer', [25_000, 30_000, 20_000]),
      row('bare', 'bare', [100_000, 120_000, 50_000]),
    ];
    await writeFile(file, JSON.stringify({ machine: {}, rows }));

    const lines = (await bench('--from', file)).split('\n').map((line) => line.replaceAll(/ {2,}/g, '  ').trim());

    expect(lines).toContain('ours  50,000 (30,000–60,000)  2.00 (1.20–2.50)  0.50 (0.30–1.00)');
    expect(lines).toContain(
      'drain: 100k analysed  jobs/s ÷ best peer (fast)  2.00 (1.20–2.50)  ≥ 1.50, at least 1.00  open',
    );
    expect(lines).toContain(
      'drain: 100k analysed  jobs/s ÷ best bare (bare)  0.50 (0.30–1.00)  ≥ 0.70, at least 0.40  open',
    );
  });

  it('gives the ratio to an earlier checkout', async () => {
    const file = join(folder, 'before.json');
    const rows = [row('ours', 'ours', [30_000, 60_000]), row('abc1234', 'before', [20_000, 30_000])];
    await writeFile(file, JSON.stringify({ machine: {}, rows }));

    const lines = (await bench('--from', file)).split('\n').map((line) => line.replaceAll(/ {2,}/g, '  ').trim());

    expect(lines).toContain('100k analysed  jobs/s  ÷ abc1234');
    expect(lines).toContain('ours  45,000 (30,000–60,000)  1.75 (1.50–2.00)');
  });

  it('says which option it does not understand', async () => {
    await expect(bench('--jobs', 'many')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('--jobs: "many" is no count such as 2000, 20k or 1M.'),
    });
    await expect(bench('--only', 'drian')).rejects.toMatchObject({
      stderr: expect.stringContaining('--only: there is no scenario "drian".'),
    });
    await expect(bench('--against', folder)).rejects.toMatchObject({
      stderr: expect.stringContaining('has no built library. Run `npm ci && npm run build` there.'),
    });
  });
});

interface Report {
  machine: Record<string, unknown>;
  rows: {
    scenario: string;
    variant: string;
    rounds: Record<string, unknown>[];
    summary: Record<string, { median: number; min: number; max: number }>;
  }[];
}

function row(contender: string, group: string, rates: number[]) {
  const rounds = rates.map((jobsPerSecond, index) => ({ round: index + 1, jobsPerSecond }));
  return { scenario: 'drain', variant: '100k analysed', contender, name: contender, group, store: 'postgres', rounds };
}
