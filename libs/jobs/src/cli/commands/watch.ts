import { setTimeout as delay } from 'node:timers/promises';
import { failureLines, failureOf, UsageError } from '../failure.js';
import type { Output, Terminal } from '../output.js';
import { jsonText, padded, visible, widthOf } from '../text.js';

const EVERY_MS = 2_000;
/** The screen of full-screen programs, without the cursor. What was there before comes back at the end. */
const ENTER = '\u001b[?1049h\u001b[?25l';
const LEAVE = '\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
const CLEAR_LINE = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';
const CTRL_C = '\u0003';

/** Shows what `read` answers every two seconds, until q or Ctrl-C, or a signal. An outage is shown and waited out. */
export async function watch<T>(out: Output, read: () => Promise<T>, lines: (value: T) => string[]): Promise<void> {
  const { stdout, stdin } = out.terminal;
  if (!out.json && !(stdout.isTTY && stdin.isTTY))
    throw new UsageError({
      code: 'JOBS_NO_TERMINAL',
      what: '--watch redraws a terminal, and this is none.',
      fix: 'Add --json for one line every 2 seconds.',
    });
  const ended = new AbortController();
  const show = (value: T) => out.write(out.json ? `${jsonText(value)}\n` : frame(lines(value), out));
  await untilEnd(out, ended, async () => {
    while (!ended.signal.aborted) {
      await read().then(show, (error: unknown) => showTrouble(out, error));
      await delay(EVERY_MS, undefined, { signal: ended.signal }).catch(() => {});
    }
  });
}

/** With `--json` an outage goes to standard error, so that every line of the answer has the same form. */
async function showTrouble(out: Output, error: unknown): Promise<void> {
  const failure = failureOf(error);
  if (out.json) return out.fail(failure);
  await out.write(frame([...failureLines(failure), '', 'Trying again …'], out));
}

/** One write, so that nothing flickers. Lines never wrap, and no more are written than there is room for. */
export function frame(lines: readonly string[], { width, terminal }: Pick<Output, 'width' | 'terminal'>): string {
  // A terminal that does not know its size says 0.
  const rows = terminal.stdout.rows || 24;
  const columns = terminal.stdout.columns || width;
  const all = [`jobs stats  ${new Date().toISOString().slice(11, 19)} UTC  (q ends)`, '', ...lines];
  const fitting = all.slice(0, rows - 1).map(visible);
  const cut = (text: string) => (widthOf(text) > columns ? padded(text, columns) : text);
  return HOME + fitting.map((line) => `${cut(line)}${CLEAR_LINE}\n`).join('') + CLEAR_BELOW;
}

async function untilEnd({ terminal, json }: Output, ended: AbortController, work: () => Promise<void>): Promise<void> {
  const end = () => ended.abort();
  process.once('SIGINT', end).once('SIGTERM', end);
  const release = json ? () => {} : takeOver(terminal, end);
  try {
    await work();
  } finally {
    process.off('SIGINT', end).off('SIGTERM', end);
    release();
  }
}

/** Takes the screen and the keys. In raw mode Ctrl-C arrives as a key. */
function takeOver({ stdin, stdout }: Terminal, end: () => void): () => void {
  const onKeys = (keys: Buffer | string) => {
    if (/q/i.test(String(keys)) || String(keys).includes(CTRL_C)) end();
  };
  stdout.write(ENTER);
  stdin.setRawMode?.(true);
  stdin.on('data', onKeys);
  return () => {
    stdin.off('data', onKeys);
    stdin.setRawMode?.(false);
    stdin.pause();
    stdout.write(LEAVE);
  };
}
