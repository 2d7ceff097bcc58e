import { PausedTypes } from './paused-types.js';

describe('PausedTypes', () => {
  let types: PausedTypes;

  beforeEach(() => {
    types = new PausedTypes();
  });

  it.each([
    ['one is paused', [], ['a'], { paused: true, resumed: false }],
    ['one is resumed', ['a', 'b'], ['a'], { paused: false, resumed: true }],
    ['one gives way to another', ['a'], ['b'], { paused: true, resumed: true }],
    ['they stay', ['a', 'b'], ['b', 'a'], { paused: false, resumed: false }],
    ['there are none', [], [], { paused: false, resumed: false }],
  ])('says what has changed: %s', (_, before, after, change) => {
    types.steer(before);
    expect(types.steer(after)).toEqual(change);
    expect(['a', 'b'].filter((type) => types.has(type)).sort()).toEqual(after.toSorted());
  });

  it('leaves nothing out while none is paused, and few or all jobs are looked at otherwise', () => {
    expect([types.leftOut(true), types.leftOut(false)]).toEqual([null, null]);
    types.steer(['a']);
    expect(types.leftOut(true)).toEqual({ types: ['a'], steps: 10_000 });
    expect(types.leftOut(false)!.steps).toBeGreaterThan(1e9);
    types.steer([]);
    expect([types.leftOut(true), types.isEmpty]).toEqual([null, true]);
  });
});
