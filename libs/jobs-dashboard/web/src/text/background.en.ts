const number = (count: number) => count.toLocaleString('en');
const jobs = (count: number) => (count === 1 ? '1 job' : `${number(count)} jobs`);

/** What became of the jobs of an action. */
export interface Counts {
  changed: number;
  skipped: number;
  refused: number;
  refusal?: string | null;
}

/** Such as `9,999 of 10,000 jobs changed; 1 refused: why`. */
export function enCounts({ changed, skipped, refused, refusal }: Counts): string {
  const left = skipped > 0 ? `, ${jobs(skipped)} left as they were` : '';
  if (refused === 0) return `${jobs(changed)} changed${left}.`;
  return `${number(changed)} of ${jobs(changed + skipped + refused)} changed${left}; ${number(refused)} refused: ${refusal}`;
}

/** The texts of what goes on in the background, and of the dialogs that change a pending job. */
export const enBackground = {
  operations: {
    label: 'In the background',
    began: 'It goes on in the background. Its progress is above.',
    names: {
      retry: 'Retry',
      cancel: 'Cancel',
      delete: 'Delete',
      run_now: 'Run now',
      replay: 'Run again',
      reschedule: 'Reschedule',
    } as Record<string, string>,
    of: (done: string, total: string) => `${done} of ${total} jobs`,
    waits: 'waits for a worker',
    trouble: 'tries again after an error',
    refused: (count: string, reason: string) => `${count} refused: ${reason}`,
    stop: 'Stop',
    stopped: 'It stops after the jobs that it is at. What has been changed stays so.',
    ended: {
      completed: (name: string, counts: Counts) => `${name}: ${enCounts(counts)}`,
      cancelled: (name: string, counts: Counts) => `${name} was stopped: ${enCounts(counts)}`,
      failed: (name: string, counts: Counts) => `${name} did not come to its end: ${enCounts(counts)}`,
    },
  },

  edit: {
    edit: 'Edit',
    reschedule: 'Reschedule',
    title: 'Edit the job',
    words: 'It can be edited until it starts. The worker sees only what you save here.',
    payload: 'Payload, as JSON',
    priority: 'Priority, from 0 (first) to 9',
    due: 'Due',
    dueNote: 'In the time zone of this browser. A time that has passed means now.',
    save: 'Save',
    saved: 'It is changed.',
    notJson: (reason: string) => `The payload is not JSON: ${reason}`,
    digits: (number: string) => `The number ${number} has more than 15 digits and would be rounded. Put it in quotes.`,
    badTime: 'Give a date and a time.',
    rescheduleTitle: 'When shall it run?',
    way: 'When shall they run?',
    at: 'At a time',
    by: 'Later than planned',
    shift: 'By how much',
    shiftHint: '30m, 2h or 1d. With a minus, such as -2h, earlier.',
    badShift: 'Write 30m, 2h or 1d, or -2h for two hours earlier.',
    later: { hour: '+1 hour', day: '+1 day', week: '+7 days' },
  },
};
