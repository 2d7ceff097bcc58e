import { defineJob } from '@monstera/jobs';
import fc from 'fast-check';
import { z } from 'zod';
import { useHost } from './use-host.js';

const invite = defineJob({
  type: 'invite',
  payload: z.object({ user: z.object({ email: z.email() }), week: z.string().regex(/^\d{4}-W\d{2}$/) }),
});
const anything = defineJob({ type: 'anything', payload: z.unknown() });

const valid = { user: { email: 'ada@example.org' }, week: '2024-W03' };
const small = 10 * 1024;

describe('enqueuing a payload', () => {
  const host = useHost({ jobs: { role: 'producer', definitions: [invite, anything] } });

  beforeEach(() => host.dataSource.query('truncate jobs'));

  async function expectNothingWritten(): Promise<void> {
    expect(await host.dataSource.query('select count(*)::int as n from jobs')).toEqual([{ n: 0 }]);
  }

  it('refuses a type that nobody knows here, names those that are known, and writes nothing', async () => {
    await expect((async () => host.jobs.enqueueByType('invitation', valid))()).rejects.toMatchObject({
      code: 'JOBS_UNKNOWN_TYPE',
      what: 'No job type "invitation" is known here. Known: anything, invite.',
      fix: expect.stringContaining('@ProcessesJob') as string,
    });
    await expectNothingWritten();
  });

  it('knows a type by its name', async () => {
    const { id } = await host.jobs.enqueueByType('invite', valid, { priority: 1 });
    expect(await host.jobs.get(id)).toMatchObject({ type: 'invite', payload: valid, priority: 1 });
  });

  it('reads a JSON null as null and SQL NULL as {}, from whomever it comes', async () => {
    const rows = await host.dataSource.query<{ id: string }[]>(
      `insert into jobs (type, payload) values ('anything', 'null'), ('anything', null) returning id`,
    );
    const { id } = await host.jobs.enqueue(anything, null);
    const read = await Promise.all([id, ...rows.map((row) => row.id)].map((each) => host.jobs.get(each)));
    expect(read.map((job) => job?.payload)).toEqual([null, null, {}]);
  });

  it('refuses what the schema does not allow, each issue with its path, and writes nothing', async () => {
    const payload = { user: { email: 'nobody' }, week: 'W3' };
    await expect(host.jobs.enqueue(invite, payload)).rejects.toMatchObject({
      code: 'JOBS_INVALID_PAYLOAD',
      what: 'The payload of job "invite" is not valid.',
      issues: [{ path: 'payload.user.email' }, { path: 'payload.week' }],
    });
    await expectNothingWritten();
  });

  it.each<[string, unknown, string]>([
    ['undefined', { a: undefined }, 'payload.a'],
    ['a function', { a: () => 1 }, 'payload.a'],
    ['a BigInt', [1n], 'payload[0]'],
    ['NaN', { a: Number.NaN }, 'payload.a'],
    ['a Date', { at: new Date() }, 'payload.at'],
    ['U+0000', { a: { b: 'x\u0000' } }, 'payload.a.b'],
    ['a lone surrogate', { a: '\ud83d' }, 'payload.a'],
    ['__proto__', JSON.parse('{"__proto__": {}}'), 'payload."__proto__"'],
    ['a number beyond 2^53', { id: 2 ** 53 }, 'payload.id'],
    ['nothing at all', undefined, 'payload'],
  ])('refuses %s, which JSON or jsonb would change or refuse, and writes nothing', async (_, payload, path) => {
    await expect(host.jobs.enqueue(anything, payload)).rejects.toMatchObject({
      code: 'JOBS_PAYLOAD_NOT_JSON',
      issues: [{ path }],
    });
    await expectNothingWritten();
  });

  it('takes 256 KiB of JSON and refuses a byte more', async () => {
    const { id } = await host.jobs.enqueue(anything, 'ä'.repeat(131_071));
    expect((await host.jobs.get(id))!.payload).toHaveLength(131_071);
    await host.dataSource.query('truncate jobs');
    await expect(host.jobs.enqueue(anything, `${'ä'.repeat(131_071)}x`)).rejects.toMatchObject({
      code: 'JOBS_PAYLOAD_TOO_LARGE',
      issues: [{ path: 'payload', message: expect.stringContaining('262145 bytes') as string }],
    });
    await expectNothingWritten();
  });

  it('adds none of many when one payload is bad, and all of them in order otherwise', async () => {
    const jobs = ['a', 'b', 'c'].map((name) => ({ payload: { name } }));
    const mixed = [...jobs, { payload: { name: 1n as unknown as string } }];
    await expect(host.jobs.enqueueMany(anything, mixed)).rejects.toMatchObject({ code: 'JOBS_PAYLOAD_NOT_JSON' });
    await expectNothingWritten();

    const enqueued = await host.jobs.enqueueMany(anything, jobs);
    const stored = await Promise.all(enqueued.map(async ({ id }) => (await host.jobs.get(id))!.payload));
    expect(stored).toEqual(jobs.map(({ payload }) => payload));
    expect(await host.jobs.enqueueMany(anything, [])).toEqual([]);
  });

  it('adds none of many when the table refuses the very last one, several statements later', async () => {
    await host.dataSource.query(`alter table jobs add constraint refused check (payload <> '"refused"')`);
    const jobs = Array.from({ length: 5_001 }, (_, i) => ({ payload: i < 5_000 ? 'fine' : 'refused' }));
    await expect(host.jobs.enqueueMany(anything, jobs)).rejects.toThrow('"refused"');
    await expectNothingWritten();
    await host.dataSource.query('alter table jobs drop constraint refused');
    expect(await host.jobs.enqueueMany(anything, jobs)).toHaveLength(5_001);
  });

  it('answers each of many with the job that holds its unique key, those of the same call too', async () => {
    const first = await host.jobs.enqueue(anything, 'before', { uniqueKey: 'a' });
    const keys = ['a', 'b', 'b', undefined];
    const enqueued = await host.jobs.enqueueMany(
      anything,
      keys.map((uniqueKey) => ({ payload: 'now', uniqueKey })),
    );
    expect(enqueued.map(({ duplicate }) => duplicate)).toEqual([true, false, true, false]);
    expect(enqueued[0]!.id).toBe(first.id);
    expect(enqueued[2]!.id).toBe(enqueued[1]!.id);
    expect(await host.jobs.get(first.id)).toMatchObject({ payload: 'before' });
  });

  it('holds a unique key per queue', async () => {
    const { id } = await host.jobs.enqueue(anything, 1, { uniqueKey: 'it\'s "mine", {a}' });
    const elsewhere = await host.jobs.enqueue(anything, 2, { uniqueKey: 'it\'s "mine", {a}', queue: 'other' });
    const again = await host.jobs.enqueue(anything, 3, { uniqueKey: 'it\'s "mine", {a}' });
    expect([elsewhere.duplicate, again]).toEqual([false, { id, type: 'anything', duplicate: true }]);
  });

  it('reads back from jsonb exactly what was given, whatever JSON can say', async () => {
    const text = fc
      .string({ unit: 'grapheme', maxLength: 20 })
      .map((string) => string.replaceAll(/\u0000|__proto__/g, '')); // oxlint-disable-line no-control-regex -- what is left out
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.oneof(text, fc.maxSafeInteger(), fc.boolean(), fc.constant(null)),
        fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e20, max: 1e20 }).filter(isExact),
        fc.array(tie('value'), { maxLength: 5 }),
        fc.dictionary(text, tie('value'), { maxKeys: 5, noNullPrototype: true }),
      ),
    }));
    const payloads = fc.sample(value, 300).filter((payload) => JSON.stringify(payload).length < small);
    const enqueued = await host.jobs.enqueueMany(
      anything,
      payloads.map((payload) => ({ payload })),
    );
    const rows = await host.dataSource.query<{ id: string; payload: unknown }[]>('select id, payload from jobs');
    const stored = new Map(rows.map((row) => [row.id, row.payload]));
    for (const [i, { id }] of enqueued.entries()) expect(stored.get(id)).toEqual(payloads[i]);
  });
});

/** Beyond 2^53 whole numbers are refused; JSON has no -0. */
function isExact(number: number): boolean {
  return !Object.is(number, -0) && (!Number.isInteger(number) || Number.isSafeInteger(number));
}
