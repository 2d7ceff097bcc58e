import { z } from 'zod';
import { asCode, asCurl, bodyOf, hasLongNumbers } from './as-code';
import { fieldErrors } from './field-errors';
import { NO_OPTIONS, optionsOf } from './job-options';
import { payloadOf, valuesOf } from './payload-form';
import { fieldsOf, type Field, type Schema } from './schema-fields';

const fieldsFor = (schema: z.ZodType): readonly Field[] => fieldsOf(z.toJSONSchema(schema, { io: 'input' }) as Schema)!;

const ADDRESS = z.object({ city: z.string(), zip: z.string().optional() });

const FIELDS = fieldsFor(
  z.object({
    to: z.email().meta({ description: 'Who gets it' }),
    count: z.int().min(1).max(9),
    urgent: z.boolean().default(false),
    kind: z.enum(['a', 'b']),
    note: z.string().nullable(),
    lines: z.array(z.string()).optional(),
    address: ADDRESS,
    billing: ADDRESS.optional(),
  }),
);

describe('the form of a payload', () => {
  it('has a field for each part of the schema', () => {
    expect(FIELDS.map(({ kind, key, isRequired }) => [kind, key, isRequired])).toEqual([
      ['text', 'to', true],
      ['number', 'count', true],
      ['boolean', 'urgent', false],
      ['choice', 'kind', true],
      ['text', 'note', true],
      ['json', 'lines', false],
      ['group', 'address', true],
      ['group', 'billing', false],
    ]);
    expect(FIELDS[0]!.hint).toBe('Who gets it · email');
    expect(FIELDS[1]!.hint).toBe('≥ 1 · ≤ 9');
    expect(FIELDS[2]!.fallback).toBe('false');
    expect(FIELDS[3]!.choices).toEqual(['"a"', '"b"']);
    expect(FIELDS[4]!.isNullable).toBe(true);
    expect(FIELDS[6]!.fields.map(({ key }) => key)).toEqual(['address.city', 'address.zip']);
  });

  it('is written as JSON: empty fields are left out, and no digit is lost', () => {
    const values = {
      to: 'a"b',
      count: ' 12345678901234567890 ',
      urgent: 'true',
      kind: '"b"',
      lines: '["x"]',
      'address.city': 'Kyoto',
    };

    expect(payloadOf(FIELDS, values)).toEqual({
      text: '{"to":"a\\"b","count":12345678901234567890,"urgent":true,"kind":"b","note":null,"lines":["x"],"address":{"city":"Kyoto"}}',
      broken: [],
    });
    expect(payloadOf(FIELDS, {}).text).toBe('{"note":null,"address":{}}');
    expect(payloadOf(FIELDS, { count: 'many' }).text).toContain('"count":"many"');
    expect(payloadOf(FIELDS, { lines: '[x' }).broken).toEqual(['lines']);
  });

  it('comes back from the JSON that it was written as', () => {
    const values = {
      to: 'a',
      count: '9007199254740993',
      kind: '"a"',
      note: '',
      lines: '[1, 2]',
      'billing.city': 'Oslo',
    };

    expect(valuesOf(FIELDS, payloadOf(FIELDS, values).text)).toEqual(values);
  });

  it.each(['[]', '{"to":1}', '{"other":1}', '{"kind":"c"}', '{"address":7}', '{', '{"to":""}', '{"address":{"x":1}}'])(
    'cannot show %s',
    (text) => {
      expect(valuesOf(FIELDS, text)).toBeNull();
    },
  );

  it.each([
    ['nothing', null],
    ['a list', z.array(z.string())],
    ['any object', z.record(z.string(), z.string())],
    ['an empty object', z.object({})],
    ['keys with points', z.object({ 'a.b': z.string() })],
  ])('is not there for %s', (_name, schema) => {
    expect(fieldsOf(schema && (z.toJSONSchema(schema) as Schema))).toBeNull();
  });

  it('ends where a schema refers to itself, is too deep or too large', () => {
    interface Tree {
      name: string;
      child?: Tree | undefined;
    }
    const tree: z.ZodType<Tree> = z.lazy(() => z.object({ name: z.string(), child: tree.optional() }));
    const keys = (fields: readonly Field[]): string[] => fields.flatMap((each) => [each.key, ...keys(each.fields)]);

    expect(keys(fieldsFor(z.object({ tree })))).toContain('tree.child.child.child');
    const many = Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`f${i}`, { type: 'string' }]));
    expect(fieldsOf({ type: 'object', properties: many })).toBeNull();
    expect(fieldsOf({ properties: { a: { $ref: 'https://evil.example/x' } } })![0]!.kind).toBe('json');
  });
});

describe('a new job', () => {
  const job = {
    type: "it's",
    payload: '{"n":9007199254740993,"s":"it\'s \u2028"}',
    options: { queue: 'mail', tags: ['a', 'b'] },
  };

  it('is a body in which no digit is lost', () => {
    expect(bodyOf(job)).toBe(`{"type":"it's","payload":${job.payload},"queue":"mail","tags":["a","b"]}`);
    expect(bodyOf({ type: 'a', payload: '{}', options: {} })).toBe('{"type":"a","payload":{}}');
  });

  it('can be copied as code and as a command', () => {
    expect(asCode({ ...job, payload: '{"a":1}' })).toBe(
      `await jobs.enqueueByType("it's", {\n  "a": 1\n}, { queue: "mail", tags: ["a","b"] });`,
    );
    expect(asCode(job)).not.toContain('\u2028');
    const curl = asCurl('https://host.example/jobs/api/v1/jobs', job);
    expect(curl).toContain(`curl -X POST 'https://host.example/jobs/api/v1/jobs'`);
    expect(curl).toContain(`"type":"it'\\''s"`);
  });

  it('has numbers that code would round, or not', () => {
    expect(hasLongNumbers(job.payload)).toBe(true);
    expect(hasLongNumbers('{"n":[9007199254740992,1.5,-3],"s":"9007199254740993"}')).toBe(false);
  });

  it('takes options as they are written', () => {
    expect(optionsOf(NO_OPTIONS)).toEqual({});
    expect(optionsOf({ queue: ' mail ', priority: '0', delay: '10m', uniqueKey: ' k', tags: ' a, b  c' })).toEqual({
      queue: 'mail',
      priority: 0,
      delayMs: 600_000,
      uniqueKey: ' k',
      tags: ['a', 'b', 'c'],
    });
    expect(optionsOf({ ...NO_OPTIONS, delay: 'soon' })).toBeNull();
  });
});

describe('the errors of a form', () => {
  it('stand at the field that they are about', () => {
    const issues = [
      { path: 'payload.user.id', message: 'is no number' },
      { path: 'payload.user', message: 'is odd' },
      { path: 'payload.lines.0.sku', message: 'is missing' },
      { path: 'tags[1]', message: 'is too long' },
      { path: 'other', message: 'is unknown' },
    ];

    expect(fieldErrors(issues, ['payload.user', 'payload.user.id', 'payload.lines', 'tags'])).toEqual({
      'payload.user.id': ['is no number'],
      'payload.user': ['is odd'],
      'payload.lines': ['0.sku: is missing'],
      tags: ['[1]: is too long'],
      '': ['other: is unknown'],
    });
  });
});
