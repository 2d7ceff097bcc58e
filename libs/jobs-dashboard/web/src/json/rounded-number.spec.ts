import { roundedNumber } from './json-text';

describe('roundedNumber', () => {
  it.each([
    ['{"n":9007199254740993}', '9007199254740993'],
    ['[1, -1234567890.1234567]', '-1234567890.1234567'],
    ['[1e999]', '1e999'],
    ['{"a":{"b":[0.1234567890123456]}}', '0.1234567890123456'],
  ])('finds the number in %s that JavaScript would round', (text, number) => {
    expect(roundedNumber(text)).toBe(number);
  });

  it.each([
    '{"n":123456789012345}',
    '["9007199254740993"]',
    '{"9007199254740993":1.50e3}',
    '[0.000000000000001,-0]',
    '"\\"123456789012345678"',
  ])('finds none in %s', (text) => {
    expect(roundedNumber(text)).toBeNull();
  });
});
