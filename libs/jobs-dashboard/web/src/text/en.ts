import type { Status } from '../api/types';
import { enBackground } from './background.en';
import { enScreens } from './screens.en';
import { enSteering } from './steering.en';
import { enTools } from './tools.en';

const jobs = (count: number) => (count === 1 ? '1 job' : `${count.toLocaleString('en')} jobs`);

const status: Record<Status, string> = {
  pending: 'Pending',
  blocked: 'Blocked',
  processing: 'Running',
  completed: 'Completed',
  failed: 'Failed',
  cancelled: 'Cancelled',
};

/** Every text of the dashboard. */
export const en = {
  language: 'English',
  title: 'Jobs',
  skip: 'Skip to content',
  chooseLanguage: 'Language',
  live: 'Live',
  paused: 'Paused',
  pauseRefresh: 'Pause the refresh',
  resumeRefresh: 'Refresh by itself again',
  keyboard: 'Keyboard',
  close: 'Close',
  cancelDialog: 'Keep as it is',
  copy: 'Copy',
  copied: 'Copied',
  notCopied: 'Not copied',
  showAll: 'Show all',
  none: 'none',
  never: 'never',
  loading: 'Loading',
  next: 'Next page',
  first: 'First page',
  pages: 'Pages',
  jobs,
  atLeast: (count: string) => `${count}+`,
  ago: (duration: string) => `${duration} ago`,
  ahead: (duration: string) => `in ${duration}`,
  units: { ms: 'ms', s: 's', min: 'min', h: 'h', d: 'd' },

  nav: {
    label: 'Screens',
    jobs: 'Jobs',
    overview: 'Overview',
    queues: 'Queues',
    workers: 'Workers',
    schedules: 'Schedules',
    errors: 'Errors',
    performance: 'Performance',
    audit: 'Audit',
    enqueue: 'Enqueue',
    system: 'System',
  },
  status,
  all: 'All',

  errors: {
    title: 'That did not work',
    fix: 'What helps',
    away: 'The server does not answer.',
    awayFix: 'Check that the application runs and that you can reach it. This page tries again by itself.',
    missing: 'This server does not have this part yet.',
    missingFix: 'Update the application and @monstera/jobs-dashboard to the same version, then reload.',
    signIn: (address: string) => `Open ${address}?token=<token> once in this browser, then reload this page.`,
    unknown: (code: number) => `The server answered with HTTP ${code}.`,
    retry: 'Try again',
    crashed: 'This screen has stopped because of an error of its own.',
    reload: 'Reload the page.',
    broken: 'This screen could not be shown.',
    brokenFix: 'Reload the page. If it stays so, report the error above with the address of this page.',
    notFound: 'There is no such screen.',
    toJobs: 'All jobs',
  },

  role: {
    viewer:
      'You may look, but not change anything: you are signed in as a viewer. To act, sign in as somebody who may, or with JOBS_ADMIN_TOKEN.',
    badge: 'Viewer',
  },

  actions: {
    retry: 'Retry',
    cancel: 'Cancel job',
    cancelMany: 'Cancel jobs',
    delete: 'Delete',
    runNow: 'Run now',
    replay: 'Run again',
    pause: 'Pause',
    resume: 'Resume',
    retried: 'It is due again, with all its attempts.',
    cancelled: 'It is cancelled.',
    asked: 'Its worker has been asked to stop it.',
    deleted: 'It is deleted.',
    ranNow: 'It is due now.',
    replayed: 'It runs again as a new job.',
    unchanged: 'Nothing was changed: the job is in another state by now.',
    done: (changed: number, skipped: number) =>
      skipped > 0 ? `${jobs(changed)} changed, ${jobs(skipped)} left as they were.` : `${jobs(changed)} changed.`,
    steered: (name: string) => `${name} is changed.`,
    confirmTitle: {
      retry: (count: string) => `Retry ${count}?`,
      cancel: (count: string) => `Cancel ${count}?`,
      delete: (count: string) => `Delete ${count}?`,
      'run-now': (count: string) => `Run ${count} now?`,
      replay: (count: string) => `Run ${count} again?`,
      reschedule: (count: string) => `Reschedule ${count}?`,
    },
    confirmText: {
      retry: 'Failed and cancelled jobs become due again with all their attempts. Others stay as they are.',
      cancel: 'Pending jobs never run. The workers of running jobs are asked to stop them.',
      delete: 'The jobs and their history are gone for good.',
      'run-now':
        'Pending jobs that are for later become due now. Others stay as they are. Nothing brings their old times back.',
      replay: 'Finished jobs run once more, as new jobs. The old ones stay.',
      reschedule: 'Pending jobs get another time. Others stay as they are. Nothing brings their old times back.',
    },
  },

  list: {
    search: 'Search',
    placeholder: 'type:mail error:"ECONN" payload.user_id:7',
    add: 'Add to the search',
    clear: 'Clear the search',
    caption: 'Jobs, newest first',
    select: (type: string) => `Select ${type}`,
    selectPage: 'Select this page',
    selected: (count: number) => `${jobs(count)} selected`,
    selectAll: (count: string) => `Select all ${count} that match`,
    allSelected: (count: string) => `All ${count} that match are selected`,
    unselect: 'Select none',
    type: 'Job',
    statusColumn: 'State',
    queue: 'Queue',
    attempts: 'Attempts',
    time: 'When',
    matches: (count: string) => `${count} match`,
    capped: 'It looked at the newest 100,000 jobs. There are older ones on the next page.',
    empty: 'There are no jobs yet',
    emptyText: 'Enqueue the first one. It appears here within a few seconds.',
    noMatch: 'No job matches',
    noMatchText: 'Take a word out of the search, or look at all states.',
    showAll: 'Show all jobs',
    problems: {
      unknown: (word: string) =>
        `There is no field “${word}”. Fields: type, status, queue, tag, key, worker, error, since, until, payload.<name>.`,
      bare: (word: string) =>
        `“${word}” needs a field before it: type:${word} or error:${word}. An id alone opens its job.`,
      empty: (word: string) => `Write a value after “${word}:”.`,
      twice: (word: string) => `“${word}” can be there only once, at a place that has no other value.`,
      status: (word: string) =>
        `There is no status “${word}”. There are pending, blocked, processing, completed, failed and cancelled.`,
      worker: (word: string) => `“${word}” is not the id of a worker. The screen Workers has the ids.`,
      time: (word: string) => `“${word}” is not a time. Write 30m, 2h, 7d or 2026-01-31T09:00.`,
    },
    hints: {
      type: 'its type',
      status: 'its state',
      queue: 'its queue',
      tag: 'a label',
      key: 'its unique key',
      worker: 'who runs it',
      error: 'a part of its error',
      since: 'created in the last 2h',
      until: 'created before 1d ago',
      'payload.': 'a field of its payload',
    },
  },

  ...enScreens,
  ...enSteering,
  ...enBackground,
  ...enTools,

  help: {
    title: 'Keys',
    keys: [
      ['/', 'Search'],
      ['j k', 'Next and previous row'],
      ['Enter', 'Open the row'],
      ['x', 'Select the row'],
      ['r', 'Read again'],
      ['l', 'Jobs'],
      ['o', 'Overview'],
      ['q', 'Queues'],
      ['w', 'Workers'],
      ['s', 'Schedules'],
      ['e', 'Errors'],
      ['p', 'Performance'],
      ['a', 'Audit'],
      ['n', 'Enqueue'],
      ['y', 'System'],
      ['?', 'This list'],
    ],
  },
};

export type Text = typeof en;
