import { workLeft, type QueueWork } from './work-left.js';

const work = (due_in_ms: number | null, running = false): QueueWork => ({ due_in_ms, running });

describe('what is left to do', () => {
  it.each([
    ['nothing', work(null), [], false, { isBusy: false, paused: [], nextDueInMs: null }],
    ['a due job', work(0), [], false, { isBusy: true, paused: [], nextDueInMs: null }],
    ['a running job', work(null, true), [], false, { isBusy: true, paused: [], nextDueInMs: null }],
    ['a job for later', work(10.2), [], false, { isBusy: false, paused: [], nextDueInMs: 11 }],
    ['a job for later that is waited for', work(10.2), [], true, { isBusy: true, paused: [], nextDueInMs: 11 }],
    ['a due job in a pause', work(null), [['p', work(-1)]], false, { isBusy: false, paused: ['p'], nextDueInMs: null }],
    ['a running job in a pause', work(null), [['p', work(null, true)]], false, { isBusy: true, paused: [] }],
    ['a job for later in a pause', work(null), [['p', work(9)]], false, { isBusy: false, paused: [], nextDueInMs: 9 }],
    ['one that is waited for', work(null), [['p', work(9)]], true, { isBusy: false, paused: ['p'], nextDueInMs: 9 }],
  ] as [string, QueueWork, [string, QueueWork][], boolean, object][])(
    'is judged: %s',
    (_, open, paused, waits, left) => {
      expect(workLeft({ open, paused, pausedTypes: [] }, waits)).toMatchObject(left);
    },
  );

  it.each([
    ['a due job', -1, false, { isBusy: false, pausedTypes: ['t'], nextDueInMs: null }],
    ['a job for later', 9, false, { isBusy: false, pausedTypes: [], nextDueInMs: null }],
    ['one that is waited for', 9, true, { isBusy: false, pausedTypes: ['t'], nextDueInMs: null }],
  ])('is judged: %s of a paused type', (_, due_in_ms, waits, left) => {
    const pausedTypes = [{ type: 't', due_in_ms }];
    expect(workLeft({ open: work(null), paused: [], pausedTypes }, waits)).toMatchObject(left);
  });
});
