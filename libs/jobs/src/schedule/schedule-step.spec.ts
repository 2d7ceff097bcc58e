import { scheduleStep, type SeenRow } from './schedule-step.js';

const schedule = { name: 'nightly', cron: '0 2 * * *', timeZone: 'UTC', catchUp: 'latest' as const };
const own: SeenRow = {
  cron: '0 2 * * *',
  time_zone: 'UTC',
  catch_up: 'latest',
  catch_up_last: null,
  is_made: false,
  is_held: true,
  is_abandoned: false,
};
const otherText = { cron: '0 3 * * *' };
const otherZone = { time_zone: 'Asia/Tokyo' };
const otherCatchUp = { catch_up: 'all' as const };
const unheld = { is_held: false };
const abandoned = { is_held: false, is_abandoned: true };

describe('scheduleStep', () => {
  it.each([false, true])('registers a schedule that has no row (registered before: %s)', (registered) => {
    expect(scheduleStep(schedule, undefined, registered)).toBe('register');
  });

  it.each([
    ['fire', 'the same text and zone', {}],
    ['hold', 'its own text that nobody has shown lately', unheld],
    ['register', 'another text', otherText],
    ['register', 'another zone', otherZone],
    ['register', 'another way of catching up', otherCatchUp],
    ['register', 'another number of ticks to make up for', { catch_up: 'all' as const, catch_up_last: 3 }],
    ['taken', 'a schedule that was made at run time', { is_made: true }],
  ])('answers %s after the boot, to a row with %s', (step, _, differences) => {
    expect(scheduleStep(schedule, { ...own, ...differences }, false)).toBe(step);
  });

  it.each([
    ['fire', 'the same text and zone', {}],
    ['fire', 'another way of catching up', otherCatchUp],
    ['hold', 'its own text that nobody has shown lately', abandoned],
    ['stand-by', 'another text', otherText],
    ['stand-by', 'another zone', otherZone],
    ['stand-by', 'another text that nobody has shown lately', { ...otherText, ...unheld }],
    ['take-over', 'another text that is abandoned', { ...otherText, ...abandoned }],
    ['take-over', 'another zone that is abandoned', { ...otherZone, ...abandoned }],
    ['taken', 'a schedule that was made at run time, however long ago', { ...abandoned, is_made: true }],
  ])('answers %s once it has registered, to a row with %s', (step, _, differences) => {
    expect(scheduleStep(schedule, { ...own, ...differences }, true)).toBe(step);
  });
});
