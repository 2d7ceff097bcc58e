import { PassThrough } from 'node:stream';
import { Output } from './output.js';

function asked(isTTY: boolean) {
  const stdin = Object.assign(new PassThrough(), { isTTY });
  const stderr = new PassThrough();
  const out = new Output({ stdin, stdout: new PassThrough(), stderr }, false);
  return { out, stdin, stderr };
}

describe('a question before a change', () => {
  it.each(['y\n', 'YES\n'])('goes on after %j', async (answer) => {
    const { out, stdin, stderr } = asked(true);
    stdin.write(answer);
    await out.confirm('This will retry 2 jobs.', false);
    expect(String(stderr.read())).toContain('This will retry 2 jobs. Go on? [y/N]');
  });

  it.each(['n\n', '\n', 'maybe\n'])('changes nothing after %j', async (answer) => {
    const { out, stdin } = asked(true);
    stdin.write(answer);
    await expect(out.confirm('This will retry 2 jobs.', false)).rejects.toThrow('JOBS_DECLINED');
  });

  it('changes nothing if the terminal closes', async () => {
    const { out, stdin } = asked(true);
    stdin.end();
    await expect(out.confirm('This will retry 2 jobs.', false)).rejects.toThrow('JOBS_DECLINED');
  });

  it('is not asked where there is no terminal, or with --yes', async () => {
    const { out } = asked(false);
    await expect(out.confirm('This will retry 2 jobs.', false)).rejects.toThrow('JOBS_NOT_CONFIRMED');
    await out.confirm('This will retry 2 jobs.', true);
  });
});
