import { actionsFor } from './bulk-actions';

describe('what can be done with many jobs', () => {
  it.each([
    [undefined, ['retry', 'run-now', 'reschedule', 'replay', 'cancel', 'delete']],
    [['pending'], ['run-now', 'reschedule', 'cancel']],
    [['processing'], ['cancel']],
    [['completed'], ['replay', 'delete']],
    [
      ['failed', 'pending'],
      ['retry', 'run-now', 'reschedule', 'replay', 'cancel', 'delete'],
    ],
    [['nonsense'], []],
  ])('depends on the statuses that are searched: %j', (statuses, actions) => {
    expect(actionsFor(statuses)).toEqual(actions);
  });
});
