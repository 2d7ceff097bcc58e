import { InvalidArgumentError } from 'commander';
import { json, payloadFilter, pointInTime, timeSpan, wholeNumber } from './values.js';

describe('timeSpan', () => {
  it.each([
    ['250ms', 250],
    ['90s', 90_000],
    ['1.5h', 5_400_000],
    ['7d', 604_800_000],
  ])('reads %s', (text, ms) => {
    expect(timeSpan(text)).toBe(ms);
  });

  it.each(['', '5', '-5s', '5 s', '5w', '1e3s', 'NaNs'])('refuses %j', (text) => {
    expect(() => timeSpan(text)).toThrow(InvalidArgumentError);
  });
});

describe('pointInTime', () => {
  const NOW = Date.UTC(2026, 4, 1, 12);

  it('reads a time, and how long ago it was', () => {
    expect(pointInTime('2026-05-01T10:00Z')).toEqual(new Date('2026-05-01T10:00Z'));
    expect(pointInTime('2h', NOW)).toEqual(new Date('2026-05-01T10:00Z'));
  });

  it.each(['yesterday', '5', '2026-13-01', ''])('refuses %j', (text) => {
    expect(() => pointInTime(text)).toThrow(InvalidArgumentError);
  });
});

describe('payloadFilter', () => {
  it('reads objects, and paths with values', () => {
    expect(payloadFilter('{"a":1}')).toEqual({ a: 1 });
    expect(payloadFilter('user.id=7')).toEqual({ user: { id: 7 } });
    expect(payloadFilter('to=a@example.com')).toEqual({ to: 'a@example.com' });
    expect(payloadFilter('text=a=b')).toEqual({ text: 'a=b' });
  });

  it('puts several together', () => {
    const before = payloadFilter('user.id=7');
    expect(payloadFilter('user.name="Ada"', before)).toEqual({ user: { id: 7, name: 'Ada' } });
  });

  it('touches no prototype', () => {
    const found = payloadFilter('__proto__.polluted=true', payloadFilter('a=1'));
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(JSON.stringify(found)).toBe('{"a":1,"__proto__":{"polluted":true}}');
  });

  it.each(['[1]', '7', 'x', 'null'])('refuses %j', (text) => {
    expect(() => payloadFilter(text)).toThrow(InvalidArgumentError);
  });
});

describe('wholeNumber', () => {
  it('has bounds', () => {
    expect(wholeNumber(1, 9)('9')).toBe(9);
    for (const text of ['0', '10', '1.5', '-1', '', '0x1'])
      expect(() => wholeNumber(1, 9)(text)).toThrow('from 1 to 9');
  });
});

describe('json', () => {
  it('says that a text is none', () => {
    expect(() => json('{a}')).toThrow('It is not JSON');
  });
});
