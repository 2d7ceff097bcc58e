import { runCommand, callCommand } from './command.js';
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

describe('the process of npx monstera-jobs', () => {
  const cli = useCommand();

  it('is started here with each command', async () => {
    const { stdout } = await callCommand(['--help']);
    const named = [...stdout.slice(stdout.indexOf('Commands:')).matchAll(/^ {2}([a-z][\w-]*)/gm)].map(
      ([, name]) => name,
    );
    const started = CALLS.map(([name]) => name);
    expect([...started, ...OF_APPLICATIONS, 'help'].sort()).toEqual(named.sort());
  });

  it.each(CALLS)('ends, with what is said in this process too: %s', async (...args) => {
    const [ended, here] = await Promise.all([runCommand(args, { url: cli.url }), cli.run(...args)]);
    const withoutNumbers = (text: string) => text.replace(/[\d.]+/g, '0').replace(/ +/g, ' ');
    expect(ended.exit).toBe(here.exit);
    expect(withoutNumbers(ended.stdout)).toBe(withoutNumbers(here.stdout));
    expect(withoutNumbers(ended.stderr)).toBe(withoutNumbers(here.stderr));
  });
});
