import { eventually } from '../support/index.js';
import { callCommand, runCommand } from './command.js';
import { useCommand } from './use-command.js';

const JOB = '00000000-0000-7000-8000-000000000000';

/** Of each command, a call that answers on a database without jobs. */
const CALLS: string[][] = [
  ['migrate', 'status'],
  ['list'],
  ['count'],
  ['show', JOB],
  ['export'],
  ['retry', JOB],
  ['cancel', JOB],
  ['delete', JOB],
  ['run-now', JOB],
  ['replay', JOB],
  ['reschedule', JOB, '--by', '1h'],
  ['update', JOB, '--priority', '1'],
  ['enqueue', 'nobodys'],
  ['operations'],
  ['stats'],
  ['workers'],
  ['queues'],
  ['health'],
  ['schedules'],
  ['doctor'],
  ['types'],
  ['system'],
];
/** Commands of an application, whose processes other specs start. */
const OF_APPLICATIONS = ['init', 'run-until-empty', 'worker'];

/** What would keep a process. */
const resources = () => process.getActiveResourcesInfo().filter((name) => /TCP|Timeout/.test(name)).length;

describe('what npx monstera-jobs leaves behind', () => {
  const cli = useCommand();

  it('is looked at here for each command', async () => {
    const { stdout } = await callCommand(['--help']);
    const listed = stdout.slice(stdout.indexOf('Commands:')).matchAll(/^ {2}([a-z][\w-]*)/gm);
    const looked = [...CALLS.map(([name]) => name), ...OF_APPLICATIONS, 'help'];
    expect(looked.sort()).toEqual([...listed].map(([, name]) => name).sort());
  });

  it.each(CALLS)('is nothing that would keep its process: %s', async (...args) => {
    const before = resources();
    expect((await cli.run(...args)).exit).not.toBeNull();
    await eventually(() => expect(resources()).toBeLessThanOrEqual(before));
  });

  it.each([['list'], ['enqueue', 'nobodys'], ['doctor']])(
    'is a process that has ended, and has said what is said in this one: %s',
    async (...args) => {
      const [ended, here] = await Promise.all([runCommand(args, { url: cli.url }), cli.run(...args)]);
      expect(ended).toEqual(here);
    },
  );
});
