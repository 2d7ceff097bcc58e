import { openSync, writeSync } from 'node:fs';

/** The id and attempt of the job that an entry is about. */
export interface Entry {
  id?: string;
  attempt?: number;
}

/**
 * Appends to a file what a process does. Written with one synchronous call a line: what was written before a SIGKILL is
 * kept by the operating system, and no outage of the database keeps anything from being noted.
 */
export class Journal {
  private readonly file: number;

  constructor(
    path: string,
    private readonly label: string,
  ) {
    this.file = openSync(path, 'a');
  }

  note(kind: string, { id = '', attempt }: Entry = {}, detail = ''): void {
    const fields = [this.label, kind, id, attempt ?? '', Date.now(), detail.replaceAll(/[\t\n]/g, ' ')];
    writeSync(this.file, `${fields.join('\t')}\n`);
  }
}
