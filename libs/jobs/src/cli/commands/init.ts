import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { Before } from '../call.js';
import { EXIT } from '../failure.js';
import { planInit, type Plan } from '../init/plan.js';
import { readProject } from '../init/project.js';

interface InitOptions {
  dir: string;
  dryRun: boolean;
}

interface Done {
  created: string[];
  changed: string[];
  /** Files that were there, and stay as they are. */
  kept: string[];
}

/** `init`. */
export function addInitCommand(program: Command, before: Before, onExit: (code: number) => void): void {
  program
    .command('init')
    .description(
      'adds the module, a sample job and its test to a Nest application; exit code 1 if something is left to do',
    )
    .option('--dir <folder>', 'the folder of the application', '.')
    .option('--dry-run', 'says what it would do, and changes nothing', false)
    .action(async ({ dir, dryRun }: InitOptions, command: Command) => {
      const { out } = before(command);
      const folder = resolve(dir);
      const plan = planInit(await readProject(folder));
      const done = await carryOut(folder, plan, dryRun);
      const { byHand, next } = plan;
      await out.answer({ dryRun, ...done, byHand, next }, () => linesOf(done, plan, dryRun));
      onExit(byHand.length > 0 ? EXIT.trouble : EXIT.fine);
    });
}

async function carryOut(folder: string, { files, module }: Plan, dryRun: boolean): Promise<Done> {
  const done: Done = { created: [], changed: [], kept: [] };
  for (const { file, text } of files)
    ((await create(join(folder, file), text, dryRun)) ? done.created : done.kept).push(file);
  if (!module) return done;
  if (!dryRun) await writeFile(join(folder, module.file), module.text);
  done.changed.push(module.file);
  return done;
}

/** False if the file is there. */
async function create(file: string, text: string, dryRun: boolean): Promise<boolean> {
  if (dryRun) return !existsSync(file);
  await mkdir(dirname(file), { recursive: true });
  try {
    await writeFile(file, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function linesOf({ created, changed, kept }: Done, { module, byHand, next }: Plan, dryRun: boolean): string[] {
  const verb = (word: string, past: string) => (dryRun ? `Would ${word}` : past);
  return [
    ...created.map((file) => `${verb('create', 'Created')} ${file}`),
    ...changed.map((file) => `${verb('change', 'Changed')} ${file}`),
    ...kept.map((file) => `${file} is there already`),
    ...(dryRun && module ? ['', `${module.file} would be:`, '', module.text] : []),
    ...(byHand.length > 0 ? ['', 'To do by hand:', ...byHand] : []),
    '',
    'Next:',
    ...next.map((step) => `  ${step}`),
  ];
}
