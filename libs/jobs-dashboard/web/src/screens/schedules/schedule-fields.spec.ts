import type { Schedule } from '../../api/types';
import { bodyOf, fieldsOf } from './schedule-fields';

const SCHEDULE = {
  name: 'digest',
  cron: '0 3 * * *',
  timeZone: 'Asia/Tokyo',
  job: 'send_digest',
  overlap: 'skip',
  catchUp: { last: 3 },
  jitterMs: 1_500,
  startsAt: null,
  endsAt: '2031-01-02T03:04:00.000Z',
  times: null,
} as unknown as Schedule;

describe('the fields of a schedule', () => {
  const before = fieldsOf(SCHEDULE, '{"id":12345678901234567890}');

  it('are sent only where they were changed', () => {
    expect(bodyOf(before, before)).toBe('{}');
    expect(JSON.parse(bodyOf({ ...before, cron: '0 4 * * *', jitter: '2' }, before))).toEqual({
      cron: '0 4 * * *',
      jitterMs: 2_000,
    });
    expect(JSON.parse(bodyOf({ ...before, endsAt: '', times: '5' }, before))).toEqual({ endsAt: null, times: 5 });
    expect(JSON.parse(bodyOf({ ...before, last: '5' }, before))).toEqual({ catchUp: { last: 5 } });
  });

  it('keep a payload letter for letter, and send it together with its job', () => {
    expect(bodyOf({ ...before, payload: '{"id":12345678901234567891}' }, before)).toBe(
      '{"payload":{"id":12345678901234567891}}',
    );
    expect(bodyOf({ ...before, job: 'other' }, before)).toBe('{"job":"other","payload":{"id":12345678901234567890}}');
  });

  it('are all sent of a new one', () => {
    const fields = { ...fieldsOf(undefined, ''), name: 'new', job: 'send_digest' };
    expect(JSON.parse(bodyOf(fields, null))).toEqual({
      name: 'new',
      cron: '0 9 * * MON',
      timeZone: expect.any(String),
      job: 'send_digest',
      payload: {},
      overlap: 'allow',
      catchUp: 'latest',
      jitterMs: 0,
      startsAt: null,
      endsAt: null,
      times: null,
    });
  });
});
