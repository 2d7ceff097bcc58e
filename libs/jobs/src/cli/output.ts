import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';
import { JobsError } from '../job/job.errors.js';
import { failureLines, UsageError, type Failure } from './failure.js';
import { jsonText, Table, visibleLines, type Column } from './text.js';

/** The streams of a process. */
export interface Terminal {
  stdin: Readable & { isTTY?: boolean; setRawMode?: (raw: boolean) => unknown };
  stdout: Writable & { isTTY?: boolean; columns?: number; rows?: number };
  stderr: Writable;
}

/** Files and pipes get tables of this width too. */
const WIDTH = 80;

/** What a command says. With `json`, standard output has JSON and nothing else. */
export class Output {
  constructor(
    readonly terminal: Terminal,
    readonly json: boolean,
  ) {}

  get width(): number {
    return Math.max(this.terminal.stdout.columns ?? WIDTH, WIDTH);
  }

  /** JSON of the value with `--json`, otherwise the lines. Active characters are escaped in both. */
  async answer(value: unknown, lines: () => readonly string[]): Promise<void> {
    if (this.json) return this.write(`${jsonText(value)}\n`);
    await this.lines(lines());
  }

  /** Lines for people. They may have line breaks. */
  async lines(lines: readonly string[]): Promise<void> {
    if (lines.length > 0) await this.write(`${lines.flatMap(visibleLines).join('\n')}\n`);
  }

  table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string[] {
    const table = new Table(columns, rows, this.width);
    return [table.header(), ...rows.map((row) => table.row(row))];
  }

  /** Waits for a slow reader. */
  async write(text: string): Promise<void> {
    if (!this.terminal.stdout.write(text)) await once(this.terminal.stdout, 'drain');
  }

  /** Something beside the answer, such as how to go on. Programs need not read it. */
  note(text: string): void {
    this.terminal.stderr.write(`${visibleLines(text).join('\n')}\n`);
  }

  fail(failure: Failure): void {
    const { exit: _, ...error } = failure;
    if (this.json) this.terminal.stderr.write(`${jsonText({ error })}\n`);
    else failureLines(error).forEach((line) => this.note(line));
  }

  /**
   * Asks before something that changes more than one job. Throws `UsageError` if there is nobody to ask, and `JobsError`
   * JOBS_DECLINED if the answer is no.
   */
  async confirm(what: string, yes: boolean): Promise<void> {
    if (yes) return;
    const { stdin, stderr } = this.terminal;
    if (!stdin.isTTY)
      throw new UsageError({
        code: 'JOBS_NOT_CONFIRMED',
        what: `${what} Nobody can be asked here, so nothing was changed.`,
        fix: 'Add --yes if that is meant.',
      });
    const lines = createInterface({ input: stdin, output: stderr });
    try {
      const closed = once(lines, 'close').then(() => '');
      const asked = lines.question(`${visibleLines(what).join('\n')} Go on? [y/N] `).catch(() => '');
      const answer = await Promise.race([asked, closed]);
      if (!/^y(es)?$/i.test(answer.trim()))
        throw new JobsError({ code: 'JOBS_DECLINED', what: 'Nothing was changed.' });
    } finally {
      lines.close();
    }
  }
}
