import { PassThrough } from 'node:stream';
import { Output } from '../output.js';
import { frame, watch } from './watch.js';

function fakeTerminal(size: { rows?: number; columns?: number } = {}) {
  const written: string[] = [];
  const modes: boolean[] = [];
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: (raw: boolean) => modes.push(raw) });
  const stdout = Object.assign(new PassThrough(), { isTTY: true, ...size });
  stdout.on('data', (chunk: Buffer) => written.push(chunk.toString()));
  const out = new Output({ stdin, stdout, stderr: new PassThrough() }, false);
  return { out, stdin, modes, text: () => written.join('') };
}

describe('watch', () => {
  it.each([
    ['q', 'q'],
    ['Ctrl-C', '\u0003'],
  ])('shows frames until %s, and gives the terminal back', async (_, key) => {
    const { out, stdin, modes, text } = fakeTerminal();
    const watching = watch(
      out,
      async () => 7,
      (value) => [`pending ${value}`],
    );
    stdin.write(key);
    await watching;
    expect(text()).toContain('pending 7');
    expect(text().startsWith('\u001b[?1049h')).toBe(true);
    expect(text().endsWith('\u001b[?25h\u001b[?1049l')).toBe(true);
    expect(modes).toEqual([true, false]);
  });

  it('shows an outage, and goes on', async () => {
    const { out, stdin, text } = fakeTerminal();
    const away = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const watching = watch(out, () => Promise.reject(away), String as never);
    stdin.write('q');
    await watching;
    expect(text()).toContain('JOBS_DATABASE_UNREACHABLE');
    expect(text()).toContain('Trying again');
  });

  it('takes a terminal that does not know its size for one of 80 columns', () => {
    const { out } = fakeTerminal({ rows: 0, columns: 0 });
    expect(frame(['x'.repeat(100)], out)).toContain(`${'x'.repeat(79)}…`);
  });

  it('is refused where there is no terminal', async () => {
    const { out, stdin } = fakeTerminal();
    stdin.isTTY = false;
    await expect(
      watch(
        out,
        async () => 7,
        () => [],
      ),
    ).rejects.toThrow('JOBS_NO_TERMINAL');
  });
});

describe('a frame', () => {
  it('has no more lines and columns than the terminal, and nothing that acts on it', () => {
    const { out } = fakeTerminal({ rows: 5, columns: 20 });
    const lines = frame(['x'.repeat(50), 'evil\u001b[2J', 'three', 'four'], out).split('\n');
    expect(lines).toHaveLength(5);
    expect(lines[2]).toBe(`${'x'.repeat(19)}…\u001b[K`);
    expect(lines[3]).toBe('evil\\u001b[2J\u001b[K');
  });
});
