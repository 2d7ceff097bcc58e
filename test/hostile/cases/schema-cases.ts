import { setTimeout as delay } from 'node:timers/promises';
import { defineJob, type JobDefinition } from '@monstera/jobs';
import { FAILED, type RunCase } from '../case.js';
import { trap, trapProxy, TRAPS, withTrap, revoked, rejectWith, raise } from '../thing.js';
import { ERRORS } from './errors.js';
import { VALUES } from './values.js';

/** Takes what it is given. `validate` may change hands once the job is in the table. */
export function schemaOf(validate: (value: unknown) => unknown): JobDefinition['payload'] {
  return { '~standard': { version: 1, vendor: 'hostile', validate: validate as never } };
}

export const ANYTHING = schemaOf((value) => ({ value }));

/** Enqueued as an instance that the schema knows; what comes from the table is another object. */
const atEnqueue = new WeakSet<object>();

export function knownPayload(payload: object): object {
  atEnqueue.add(payload);
  return payload;
}

/** Fine while it is enqueued, hostile when it runs. */
const laterHostile = (validate: (value: unknown) => unknown) =>
  schemaOf((value) => (atEnqueue.has(value as object) ? { value } : validate(value)));

interface SchemaFault {
  name: string;
  validate: (value: unknown) => unknown;
  expected?: RunCase['expected'];
}

const RUNS: RunCase['expected'] = { status: ['completed'], attempts: 1 };
const EITHER: RunCase['expected'] = { status: ['completed', 'failed'], attempts: 1 };

const THROWS: SchemaFault[] = [
  { name: 'throws', validate: () => trap('validate') },
  { name: 'rejects', validate: () => rejectWith(new Error('validate')) },
  { name: 'throws a hostile Proxy', validate: () => raise(trapProxy(new Error('hostile'), TRAPS)) },
  { name: 'rejects with undefined', validate: () => rejectWith(undefined) },
  { name: 'never answers', validate: () => new Promise(() => {}) },
  { name: 'answers a thenable that never answers', validate: () => ({ then: () => {} }) },
  { name: 'answers a thenable that throws', validate: () => ({ then: () => trap('then') }) },
];

const ASYNC: SchemaFault[] = [
  { name: 'answers later', validate: (value) => delay(1).then(() => ({ value })), expected: RUNS },
  {
    name: 'answers a foreign thenable',
    validate: (value) => ({ then: (f: (v: unknown) => void) => f({ value }) }),
    expected: RUNS,
  },
  {
    name: 'answers a foreign thenable with issues',
    validate: () => ({ then: (f: (v: unknown) => void) => f({ issues: [{ message: 'no' }] }) }),
  },
  {
    name: 'answers a thenable that rejects',
    validate: () => ({ then: (_: unknown, no: (error: unknown) => void) => no(new Error('no')) }),
  },
  {
    name: 'answers a thenable that answers twice',
    validate: (value) => ({ then: (f: (v: unknown) => void) => [f({ value }), f({ issues: [] })] }),
    expected: EITHER,
  },
  { name: 'answers a getter then that throws', validate: () => withTrap({ value: 1 }, 'then'), expected: EITHER },
];

const ANSWERS: SchemaFault[] = [
  { name: 'answers nothing', validate: () => undefined },
  { name: 'answers null', validate: () => null },
  { name: 'answers a number', validate: () => 5, expected: EITHER },
  { name: 'answers a revoked Proxy', validate: () => revoked({}) },
  { name: 'answers a Proxy whose get throws', validate: () => trapProxy({ value: 1 }, ['get']) },
  { name: 'answers issues that are no list', validate: () => ({ issues: 5 }) },
  { name: 'answers no issues in a list', validate: (value) => ({ value, issues: [] }), expected: EITHER },
  { name: 'answers issues that throw', validate: () => withTrap({ value: 1 }, 'issues') },
  { name: 'answers a value that throws', validate: () => withTrap({}, 'value') },
];

const ISSUES: SchemaFault[] = [
  ['null', null],
  ['a text', 'odd'],
  ['without a message', {}],
  ['with a symbol in its path', { message: 'no', path: [Symbol('odd'), { key: Symbol('key') }] }],
  ['with null in its path', { message: 'no', path: [null, undefined, {}] }],
  ['with a path that is no list', { message: 'no', path: 'a.b' }],
  ['with a hostile segment', { message: 'no', path: [trapProxy({}, TRAPS)] }],
  ['whose message throws', withTrap({ path: [] }, 'message')],
  ['whose path throws', withTrap({ message: 'no' }, 'path')],
  ['whose message is a symbol', { message: Symbol('odd') }],
  ['with U+0000', { message: 'a\u0000b', path: ['a\u0000b'] }],
  ['of 2 MiB', { message: 'x'.repeat(2 * 1024 * 1024) }],
  ['that is a revoked Proxy', revoked({})],
].map(([name, issue]) => ({ name: `answers an issue ${name as string}`, validate: () => ({ issues: [issue] }) }));

const MANY: SchemaFault[] = [
  {
    name: 'answers 100,000 issues',
    validate: () => ({ issues: new Array(100_000).fill({ message: 'no', path: ['a'] }) }),
  },
  { name: 'throws this or that error', validate: (value) => raise(ERRORS[numberIn(value) % ERRORS.length]!.make()) },
  {
    name: 'answers this or that value',
    validate: (value) => ({ value: VALUES[numberIn(value) % VALUES.length]!.make() }),
    expected: EITHER,
  },
];

const numberIn = (payload: unknown) => (payload as { n: number }).n;

const FAULTS = [...THROWS, ...ASYNC, ...ANSWERS, ...ISSUES, ...MANY];

/** One definition each, because a schema belongs to a definition. */
export const SCHEMA_CASES: readonly (RunCase & { definition: JobDefinition })[] = FAULTS.map(
  ({ name, validate, expected = FAILED }, index) => ({
    kind: 'run',
    name: `schema: ${name}`,
    definition: defineJob({
      type: `hostile_schema_${index}`,
      payload: laterHostile(validate),
      maxAttempts: 1,
      timeoutMs: 300,
    }),
    run: () => 'ran',
    expected,
  }),
);
