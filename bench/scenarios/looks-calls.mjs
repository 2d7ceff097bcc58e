const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

const agoText = (ms) => new Date(Date.now() - ms).toISOString();
const json = (value) => encodeURIComponent(JSON.stringify(value));

/** Which jobs the list shows, and how the screen asks for them. */
const FILTERS = {
  all: () => '',
  pending: () => 'status=pending',
  running: () => 'status=processing',
  failed: () => 'status=failed',
  completed: () => 'status=completed',
  cancelled: () => 'status=cancelled',
  'of a type': () => 'type=type_7',
  'of a queue': () => 'queue=queue_3',
  'failed of a type': () => 'status=failed&type=type_7',
  'with a tag': () => 'tag=vip',
  'with a key': () => 'key=order:77',
  'of a worker': ({ worker }) => `worker=${worker}`,
  'of the last hour': () => `since=${agoText(HOUR_MS)}`,
  'of an hour yesterday': () => `since=${agoText(25 * HOUR_MS)}&until=${agoText(24 * HOUR_MS)}`,
};

/** What is searched in payloads and errors. */
const SOUGHT = {
  'a payload': () => `payload=${json({ user_id: 777 })}`,
  'a path of a payload': () => `payload=${json({ order: { id: 77 } })}`,
  'a payload of failed jobs': () => `status=failed&payload=${json({ user_id: 777 })}`,
  'words of an error': () => 'error=bad%20gateway',
  'a rare error': () => 'error=customer%204711%20',
  'nothing that is there': () => 'error=no%20such%20words',
};

/** Ends at another minute each time, because answers about the same times are shared. */
function statistics(kind, hours, more = '') {
  return ({ i }) => `stats/${kind}?hours=${hours}&to=${agoText((2 + i) * MINUTE_MS)}${more}`;
}

const PERIODS = { '1 h': 1, '24 h': 24, '7 d': 168, '30 d': 720 };

const namedBy = (entries, toEntry) => Object.fromEntries(Object.entries(entries).flatMap(toEntry));

const listed = (what, filters) =>
  namedBy(filters, ([name, filter]) => [
    [`${what} ${name}`, (given) => `jobs?${filter(given)}&limit=50`],
    [`count of ${what} ${name}`, (given) => `jobs/count?${filter(given)}`],
  ]);

/** The calls by name. Each is a function of what is known (`knownOf` in looks.mjs) and of the number of the sample. */
export const CALLS = {
  overview: () => 'overview',
  ...listed('jobs', FILTERS),
  job: ({ failed }) => `jobs/${failed}`,
  'log of a job': ({ failed }) => `jobs/${failed}/logs?limit=1000`,
  'why a job waits': ({ pending }) => `jobs/${pending}/why`,
  'errors, 1 h': () => 'errors?hours=1',
  'errors, 24 h': () => 'errors?hours=24',
  'errors, 7 d': () => 'errors?hours=168',
  queues: () => 'queues',
  workers: () => 'workers',
  schedules: () => 'schedules',
  schedule: () => 'schedules/schedule_1',
  'times of a schedule': () => 'schedule-times?cron=0%203%20*%20*%20*&timeZone=Europe%2FBerlin',
  ...namedBy(PERIODS, ([name, hours]) => [
    [`series, ${name}`, statistics('series', hours)],
    [`series of a type, ${name}`, statistics('series', hours, '&type=type_7')],
    [`statistics by type, ${name}`, statistics('types', hours, '&limit=100')],
  ]),
  audit: () => 'audit?limit=50',
  types: () => 'types',
  type: () => 'types/type_7',
  operations: () => 'operations',
  system: () => 'system',
};

export const SEARCHES = listed('search for', SOUGHT);
