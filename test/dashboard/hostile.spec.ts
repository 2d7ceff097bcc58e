import type { Page } from 'playwright-core';
import { ATTACKS } from './attacks.js';
import { dashboardLab } from './lab.js';
import { seedJob } from './seed.js';
import { OVERVIEW, stubFleet } from './stubs.js';

const NOW = new Date().toISOString();

jest.setTimeout(120_000);

/** As long as the columns of names are. */
const short = (attack: string) => attack.slice(0, 50);

describe('what a job carries', () => {
  const lab = dashboardLab();

  /** Jobs that have each attack in every field that a job has. */
  async function seedAttacks(): Promise<string[]> {
    const ids: string[] = [];
    for (const [i, attack] of ATTACKS.entries()) {
      const text = JSON.stringify({ [attack]: attack, list: [attack] });
      const fields = { type: short(attack), queue: short(attack), tags: [short(attack)], uniqueKey: `${attack}${i}` };
      const errors = [attack, `${attack}\n    at ${attack}`];
      ids.push(await seedJob(lab.host(), { ...fields, status: 'failed', payload: text, result: text, errors }));
    }
    return ids;
  }

  /** What a text has run so far. */
  const pwned = (page: Page) => page.evaluate('window.pwned ?? Object.prototype.pwned');

  it('is never run, in 40 ways and in each field', async () => {
    expect(ATTACKS.length).toBeGreaterThanOrEqual(40);
    const ids = await seedAttacks();
    const page = await lab.open();
    await page.goto('/jobs?q=status:failed&cols=id,queue,priority,attempts,key,created,due,started,ended,time');
    await page.locator('tbody tr').first().waitFor();
    expect(await page.locator('tbody tr').count()).toBe(ATTACKS.length);
    expect(await page.locator('tbody').textContent()).toContain(short(ATTACKS[0]!));
    for (const [i, id] of ids.entries()) {
      await page.goto(`/jobs/job/${id}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      expect(await page.getByRole('region', { name: 'Payload' }).textContent()).toContain(JSON.stringify(ATTACKS[i]));
      await page.locator('.copy-job summary').click();
      await page.getByRole('button', { name: 'curl', exact: true }).click();
      expect(await pwned(page)).toBeUndefined();
    }
  });

  it('is never run when somebody searches for it, or gives it as the type of a job', async () => {
    const page = await lab.open();
    for (const attack of ATTACKS) {
      await page.goto(`/jobs?q=${encodeURIComponent(attack)}&cols=${encodeURIComponent(attack)}`);
      await page
        .getByRole('alert')
        .or(page.getByRole('heading', { level: 2 }))
        .first()
        .waitFor();
      await page.goto(`/jobs/enqueue?type=${encodeURIComponent(attack)}`);
      await page.getByRole('heading', { level: 2 }).first().waitFor();
      expect(await pwned(page)).toBeUndefined();
    }
  });

  it('is never run where others have written it: types, errors, the audit, findings, queues and schedules', async () => {
    const page = await lab.open();
    await stubFleet(page, hostileAnswers());
    for (const screen of ['overview', 'queues', 'schedules', 'errors', 'audit', 'system', 'enqueue', 'workers']) {
      await page.goto(`/jobs/${screen}`);
      await page.getByText('pwned').first().waitFor();
      expect(await pwned(page)).toBeUndefined();
    }
  });
});

function hostileAnswers(): Record<string, unknown> {
  const attack = ATTACKS[6]!;
  return {
    overview: {
      ...OVERVIEW,
      version: attack,
      environment: attack.slice(0, 30),
      reasons: ATTACKS.map((message) => ({ code: message, message })),
    },
    queues: { queues: ATTACKS.map((name) => ({ ...QUEUE, name, pausedBy: name })), capped: false },
    schedules: {
      schedules: ATTACKS.map((name) => ({ ...SCHEDULE, name, cron: name, lastError: name, job: name, setBy: name })),
    },
    workers: {
      workers: ATTACKS.map((host, i) => ({ ...WORKER, id: String(i), host, version: host, queues: [host] })),
    },
    errors: {
      groups: ATTACKS.map((message, i) => ({
        ...GROUP,
        fingerprint: String(i),
        type: message,
        message,
        search: message,
      })),
      capped: false,
    },
    types: { types: ATTACKS.map((type) => ({ ...TYPE, type, queue: type })), total: 1, capped: false },
    audit: {
      entries: ATTACKS.map((actor, i) => ({
        ...ENTRY,
        id: String(i),
        actor,
        action: actor,
        details: { [actor]: actor },
      })),
      next: null,
    },
    system: {
      readAt: NOW,
      environment: attack,
      versions: { library: attack, application: attack, node: attack, postgres: attack },
      schema: { latest: attack, pending: [...ATTACKS] },
      tables: ATTACKS.map((name) => ({ name, rows: 1, deadRows: 1, tableBytes: 1, indexBytes: 1, vacuumedAt: name })),
      indexes: ATTACKS.map((name) => ({ name, bytes: 1, valid: false })),
      oldestSnapshot: { kind: 'session', name: attack, detail: attack, seconds: 5 },
      findings: ATTACKS.map((what) => ({ code: what, severity: 'problem', what, remedy: what })),
    },
  };
}

const QUEUE = {
  paused: true,
  pausedAt: NOW,
  pausedUntil: null,
  pending: 1,
  pendingCapped: false,
  oldestDueMs: 1,
  running: 1,
  workers: 1,
  slots: 1,
};

const SCHEDULE = {
  declared: null,
  overlap: 'allow',
  jitterMs: 0,
  startsAt: null,
  endsAt: null,
  times: null,
  timesLeft: null,
  endedAt: null,
  timeZone: 'UTC',
  catchUp: 'latest',
  nextRunAt: NOW,
  next: [NOW],
  lastPlannedAt: NOW,
  failures: 1,
  pausedAt: null,
  pausedBy: null,
  held: true,
  ticks: [],
};

const TYPE = { priority: 5, maxAttempts: 5, timeoutMs: 1, known: false };
const WORKER = {
  pid: 1,
  slots: 1,
  wantedSlots: null,
  maxSlots: null,
  drainingSince: null,
  running: 1,
  busySlots: 1,
  claimedAhead: 0,
  startedAt: NOW,
  lastSeenAt: NOW,
  alive: true,
};
const GROUP = { count: 1, lastAt: NOW, sampleJobId: '018f0000-0000-7000-8000-000000000001' };
const ENTRY = { jobId: null, createdAt: NOW };
