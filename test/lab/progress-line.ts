const { isTTY } = process.stderr;

/** What removes the line of progress before something else is written. */
export const clearLine = isTTY ? '\r\x1b[2K' : '';
const endLine = isTTY ? '' : '\n';

/** Shows one line of progress, on a terminal in place of the last one. */
export function tell(line: string): void {
  process.stderr.write(`${clearLine}${line}${endLine}`);
}
