import type { Command } from 'commander';
import { exportJobs, MAX_EXPORTED } from '../../control/selection/job-export.js';
import type { Run } from '../call.js';
import { warnOfUnknown } from '../known-queues.js';
import { visibleLines } from '../text.js';
import { wholeNumber } from '../values.js';
import { filterOf, withFilter, type FilterOptions } from './filter-options.js';

interface ExportOptions extends FilterOptions {
  atMost: number;
}

/** `export`: CSV, or with `--json` JSON. */
export function addExportCommand(program: Command, run: Run): void {
  withFilter(program.command('export').description('writes jobs as CSV, newest first; with --json as JSON'))
    .option('--at-most <number>', 'how many', wholeNumber(1, MAX_EXPORTED), MAX_EXPORTED)
    .action(({ atMost, ...filter }: ExportOptions, command: Command) =>
      run(command, async ({ session, out }) => {
        await warnOfUnknown(session, filter.queue, out);
        const format = out.json ? 'json' : 'csv';
        // A file needs the texts as they are, and a terminal acts on some of them.
        const shown = (part: string) => (out.terminal.stdout.isTTY ? visibleLines(part).join('\n') : part);
        for await (const part of exportJobs(session.jobs.where(filterOf(filter)), { format, atMost }))
          await out.write(shown(part));
      }),
    );
}
