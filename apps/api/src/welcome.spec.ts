import { welcome } from './welcome.js';

describe('welcome', () => {
  const given = {
    address: 'http://127.0.0.1:3000',
    user: { id: '018f0000-0000-7000-8000-000000000001', name: 'Hana' },
    week: '2024-W03',
    mail: '.data/outbox',
    readyMs: 3_240,
    buildMs: 1_090,
  };

  it('shows every place in a frame whose lines have one length', () => {
    const [frame = ''] = welcome(given).split('\n\nEnqueue');
    const lines = frame.split('\n');

    expect(new Set(lines.map((line) => line.length)).size).toBe(1);
    for (const place of ['/jobs ', '/docs ', '/metrics ', '/health/ready ']) {
      expect(frame).toContain(`http://127.0.0.1:3000${place}`);
    }
    expect(frame).toContain('ready in 3.2 s, of it build 1.1 s');
  });

  it('prints a command that a shell understands, with a body that is JSON', () => {
    const command = welcome(given).match(/curl[^]*'\n/)?.[0] ?? '';

    expect(command).toMatch(/^curl -X POST http:\/\/127\.0\.0\.1:3000\/jobs\/api\/v1\/jobs .* \\\n/);
    expect(JSON.parse(command.match(/-d '(.*)'/)?.[1] ?? '')).toEqual({
      type: 'weekly_report_reminder',
      payload: { user_id: given.user.id, week: '2024-W03' },
    });
  });

  it('names the token by its variable where one is set, and never shows it', () => {
    expect(welcome(given)).toContain('-H "authorization: Bearer $JOBS_ADMIN_TOKEN"');
    expect(welcome(given)).not.toContain('sign-in');
  });

  it('prints the link that carries the token that the start has made, and reads it from its file elsewhere', () => {
    const text = welcome({ ...given, kept: { token: 'abc', file: '.data/admin-token' } });

    expect(text).toContain('http://127.0.0.1:3000/jobs/sign-in?token=abc ');
    expect(text).toContain('-H "authorization: Bearer $(cat .data/admin-token)"');
  });

  it('says nothing of a build that was not needed, nor of a job for nobody', () => {
    const text = welcome({ ...given, user: undefined, buildMs: undefined });

    expect(text).not.toContain('build');
    expect(text).not.toContain('curl');
  });
});
