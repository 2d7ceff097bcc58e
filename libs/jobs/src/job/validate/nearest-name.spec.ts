import * as fc from 'fast-check';
import { editDistance, nearestName } from './nearest-name.js';

const KNOWN = ['scheduledAt', 'delayMs', 'priority', 'uniqueKey', 'maxAttempts', 'timeoutMs', 'lease.renewMs'];

describe('nearestName', () => {
  it.each([
    ['delay', 'delayMs'],
    ['delayms', 'delayMs'],
    ['dealyMs', 'delayMs'],
    ['prio', 'priority'],
    ['attempts', 'maxAttempts'],
    ['key', 'uniqueKey'],
    ['uniqeKey', 'uniqueKey'],
    ['timeout', 'timeoutMs'],
    ['scheduleAt', 'scheduledAt'],
    ['renewMs', 'lease.renewMs'],
  ])('takes %s for %s', (name, meant) => {
    expect(nearestName(name, KNOWN)).toBe(meant);
  });

  it.each(['removeOnComplete', 'x', '', 'constructor', '__proto__', 'ms'])('finds nothing close to %j', (name) => {
    expect(nearestName(name, KNOWN)).toBeNull();
  });
});

describe('editDistance', () => {
  it.each([
    ['', '', 0],
    ['abc', '', 3],
    ['', 'abc', 3],
    ['abc', 'abc', 0],
    ['abc', 'acb', 1],
    ['abc', 'abd', 1],
    ['kitten', 'sitting', 3],
    ['ca', 'abc', 3],
  ])('of %j and %j is %i', (from, to, distance) => {
    expect(editDistance(from, to)).toBe(distance);
  });

  it('is the same both ways, 0 for equal texts only, and never more than the longer one', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
        const distance = editDistance(a, b);
        expect(editDistance(b, a)).toBe(distance);
        expect(distance === 0).toBe(a === b);
        expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });
});
