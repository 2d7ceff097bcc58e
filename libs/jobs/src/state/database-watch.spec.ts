import { Logger } from '@nestjs/common';
import { DatabaseWatch } from './database-watch.js';
import { systemClock } from '../support/time/clock.js';

const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
const tooMany = Object.assign(new Error('too many clients'), { code: '53300' });
const deadlock = Object.assign(new Error('deadlock detected'), { code: '40P01' });

describe('DatabaseWatch', () => {
  let lines: string[];
  let watch: DatabaseWatch;

  beforeEach(() => {
    lines = [];
    const note = (line: unknown) => void lines.push(String(line));
    jest.spyOn(Logger.prototype, 'error').mockImplementation(note);
    jest.spyOn(Logger.prototype, 'log').mockImplementation(note);
    watch = new DatabaseWatch(systemClock);
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('says once that the database is away, however often and by whomever it is tried', () => {
    for (let tries = 0; tries < 100; tries++)
      for (const user of ['claim', 'settle', 'lease'] as const) watch.failed(refused, user);
    expect(lines).toEqual([
      'The database does not answer (ECONNREFUSED): connect ECONNREFUSED. Trying again until it works.',
    ]);
  });

  it('says once that it works again, when it does for everybody', () => {
    watch.failed(refused, 'claim');
    watch.failed(refused, 'settle');
    expect(watch.recovered('claim')).toBe(true);
    expect(lines).toHaveLength(1);
    expect(watch.recovered('settle')).toBe(true);
    expect(watch.recovered('settle')).toBe(false);
    expect(lines.slice(1)).toEqual([expect.stringMatching(/^The database works again after \d+\.\d s\.$/)]);
  });

  it('tells a further reason, once', () => {
    for (const error of [refused, tooMany, refused, tooMany]) watch.failed(error, 'claim');
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain('53300');
  });

  it('tells the next outage again', () => {
    watch.failed(refused, 'claim');
    watch.recovered('claim');
    watch.failed(refused, 'claim');
    expect(lines).toHaveLength(3);
  });

  it('has no word for contention, which the next try ends', () => {
    watch.failed(deadlock, 'settle');
    expect(lines).toEqual([]);
    expect(watch.recovered('settle')).toBe(false);
  });
});
