import { type JobDefinition, type JobOptions, type JobService } from '@monstera/jobs';
import type { EnqueueCase } from '../case.js';
import { trap, trapProxy, TRAPS, withTrap } from '../thing.js';
import type { Random } from '../random.js';
import { VALUES, wrapped } from './values.js';

const ODD_OPTIONS: [name: string, options: () => unknown][] = [
  ['delayMs: NaN', () => ({ delayMs: NaN })],
  ['delayMs: Infinity', () => ({ delayMs: Infinity })],
  ['delayMs: -1', () => ({ delayMs: -1 })],
  ['delayMs: "1m"', () => ({ delayMs: '1m' })],
  ['delayMs: 5n', () => ({ delayMs: 5n })],
  ['priority: 1.5', () => ({ priority: 1.5 })],
  ['priority: NaN', () => ({ priority: NaN })],
  ['priority: null', () => ({ priority: null })],
  ['timeoutMs: 0', () => ({ timeoutMs: 0 })],
  ['timeoutMs: 2^31', () => ({ timeoutMs: 2 ** 31 })],
  ['maxAttempts: 0', () => ({ maxAttempts: 0 })],
  ['maxAttempts: "5"', () => ({ maxAttempts: '5' })],
  ['scheduledAt: an invalid Date', () => ({ scheduledAt: new Date(NaN) })],
  ['scheduledAt: a text', () => ({ scheduledAt: '2026-01-01' })],
  ['scheduledAt: the end of time', () => ({ scheduledAt: new Date(8.64e15) })],
  ['uniqueKey: empty', () => ({ uniqueKey: '' })],
  ['uniqueKey: U+0000', () => ({ uniqueKey: 'a\u0000' })],
  ['uniqueKey: a lone surrogate', () => ({ uniqueKey: 'a\ud800' })],
  ['uniqueKey: 100 KiB', () => ({ uniqueKey: 'k'.repeat(100 * 1024) })],
  ['uniqueKey: an object', () => ({ uniqueKey: { toString: () => trap('toString') } })],
  ['tags: a text', () => ({ tags: 'tag' })],
  ['tags: hostile', () => ({ tags: ['{a,b}', '"', null] })],
  ['tags: 1,000 of them', () => ({ tags: new Array(1_000).fill('tag') })],
  ['queue: a list', () => ({ queue: ['default'] })],
  ['queue: U+0000', () => ({ queue: '\u0000' })],
  ['retry: NaN', () => ({ retry: { initialDelayMs: NaN } })],
  ['retry: a jitter of NaN', () => ({ retry: { jitter: NaN } })],
  ['retry: an unknown type', () => ({ retry: { type: 'linear' } })],
];

/** What they throw themselves may come back as it is. */
const TRAPPED_OPTIONS: [name: string, options: () => unknown][] = [
  ['a getter priority that throws', () => withTrap({}, 'priority')],
  ['a getter manager that throws', () => withTrap({}, 'manager')],
  ['a Proxy of which every trap throws', () => trapProxy({}, TRAPS)],
  ['null', () => null],
  ['a text', () => 'delayMs=5'],
];

const WRONG_PAYLOADS = /BigInt|itself|U\+0000|surrogate|throws|revoked|20,000|symbol|function/;

/** A call with a hostile payload. What JSON can hold is a job like any other. */
function payloadCase(definition: JobDefinition, random: Random): EnqueueCase {
  const value = random.pick(VALUES);
  const { name, make } = random.chance(0.5) ? wrapped(value, random.below(100)) : value;
  const many = random.chance(0.3);
  return {
    kind: 'enqueue',
    name: `payload${many ? 's' : ''}: ${name}`,
    enqueue: (jobs) =>
      many
        ? jobs.enqueueMany(definition, [{ payload: { fine: true } }, { payload: make() }])
        : jobs.enqueue(definition, make()),
    refused: name === value.name && WRONG_PAYLOADS.test(name) && !/throws|revoked|toJSON|getter/.test(name),
  };
}

function optionCase(definition: JobDefinition, random: Random): EnqueueCase {
  const trapped = random.chance(0.2);
  const [name, make] = random.pick(trapped ? TRAPPED_OPTIONS : ODD_OPTIONS);
  return {
    kind: 'enqueue',
    name: `option ${name}`,
    enqueue: (jobs: JobService) => jobs.enqueue(definition, { fine: true }, make() as JobOptions),
    refused: !trapped,
  };
}

export function enqueueCase(definition: JobDefinition, random: Random): EnqueueCase {
  return random.chance(0.6) ? payloadCase(definition, random) : optionCase(definition, random);
}
