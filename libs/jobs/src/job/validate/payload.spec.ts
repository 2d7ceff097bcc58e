import type { StandardSchemaV1 } from '@standard-schema/spec';
import { z } from 'zod';
import { defineJob } from '../job-definition.js';
import { InvalidPayloadError } from '../job.errors.js';
import { encodePayload, validatePayload } from './payload.js';

const order = defineJob({
  type: 'order',
  payload: z.object({
    user: z.object({ email: z.string().trim() }),
    lines: z.array(z.object({ sku: z.string(), count: z.number().int().default(1) })),
  }),
});

const text = defineJob({ type: 'text', payload: z.string() });
const valid = { user: { email: ' ada@example.org ' }, lines: [{ sku: 'a' }] };

/** A schema as another library might write it. */
function schemaOf(validate: (value: unknown) => unknown): StandardSchemaV1 {
  return { '~standard': { version: 1, vendor: 'test', validate: validate as never } };
}

async function refusal(ask: () => unknown): Promise<InvalidPayloadError> {
  const error: unknown = await (async () => ask())().then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(InvalidPayloadError);
  return error as InvalidPayloadError;
}

describe('encodePayload', () => {
  it('stores what the caller gave, not what the schema makes of it', async () => {
    expect(JSON.parse(await encodePayload(order, valid))).toEqual(valid);
  });

  it('stores bare strings, arrays and null as JSON', async () => {
    expect(await encodePayload(text, 'a "b"')).toBe('"a \\"b\\""');
    expect(await encodePayload(defineJob({ type: 'list', payload: z.array(z.number()) }), [1, 2])).toBe('[1,2]');
    expect(await encodePayload(defineJob({ type: 'none', payload: z.null() }), null)).toBe('null');
  });

  it('reports each issue of the schema with its path', async () => {
    const { code, issues, message } = await refusal(() =>
      encodePayload(order, { user: {}, lines: [{ sku: 'a' }, { sku: 7, count: 1.5 }] }),
    );
    expect(code).toBe('JOBS_INVALID_PAYLOAD');
    expect(issues.map(({ path }) => path)).toEqual([
      'payload.user.email',
      'payload.lines.1.sku',
      'payload.lines.1.count',
    ]);
    expect(message).toContain('The payload of job "order" is not valid');
    expect(message).toContain('payload.lines.1.sku: ');
  });

  it('names the payload itself if the issue has no path', async () => {
    expect((await refusal(() => encodePayload(text, 7))).issues).toEqual([
      { path: 'payload', message: expect.stringContaining('string') as string },
    ]);
  });

  it('reports what JSON cannot hold before asking the schema', async () => {
    const asked: unknown[] = [];
    const definition = defineJob({ type: 'asked', payload: schemaOf((value) => asked.push(value)) });
    const { code, issues } = await refusal(() => encodePayload(definition, { at: new Date(), n: 1n }));
    expect(code).toBe('JOBS_PAYLOAD_NOT_JSON');
    expect(issues.map(({ path }) => path)).toEqual(['payload.at', 'payload.n']);
    expect(asked).toEqual([]);
  });

  it('counts the limit in bytes of JSON, not in characters', async () => {
    expect(await encodePayload(text, 'äöü', 8)).toBe('"äöü"');
    const { code, issues } = await refusal(() => encodePayload(text, 'äöü', 7));
    expect(code).toBe('JOBS_PAYLOAD_TOO_LARGE');
    expect(issues).toEqual([
      { path: 'payload', message: expect.stringContaining('8 bytes as JSON; at most 7') as string },
    ]);
  });

  it('allows 256 KiB unless told otherwise', async () => {
    await encodePayload(text, 'x'.repeat(262_144 - 2));
    expect(await refusal(() => encodePayload(text, 'x'.repeat(262_144 - 1)))).toMatchObject({
      code: 'JOBS_PAYLOAD_TOO_LARGE',
    });
  });
});

describe('validatePayload', () => {
  it('gives the schema’s output, defaults and transforms applied', async () => {
    expect(await validatePayload(order, valid)).toEqual({
      user: { email: 'ada@example.org' },
      lines: [{ sku: 'a', count: 1 }],
    });
  });

  it('waits for a schema that answers later, and reads path segments that are objects', async () => {
    const issues = [{ message: 'taken', path: [{ key: 'user' }, { key: 0 }, 'email'] }];
    const definition = defineJob({ type: 'async', payload: schemaOf(() => Promise.resolve({ issues })) });
    expect((await refusal(() => validatePayload(definition, {}))).issues).toEqual([
      { path: 'payload.user.0.email', message: 'taken' },
    ]);
  });
});
