import { outboxFileName } from './outbox-file-name.js';

describe('outboxFileName', () => {
  it('is the Message-ID without its brackets', () => {
    expect(outboxFileName('<reminder.2024-W03@weekly-reports.monstera>')).toBe(
      'reminder.2024-W03@weekly-reports.monstera.eml',
    );
  });

  it('never leaves the folder, hides a file or grows too long', () => {
    const names = ['<../../etc/passwd>', '<.hidden@x>', '</abs>', `<${'x'.repeat(400)}@x>`, '<>'].map(outboxFileName);

    for (const name of names) expect(name).toMatch(/^[\w@+-][\w.@+-]{0,200}\.eml$/);
  });

  it('tells ids apart that look alike once cleaned', () => {
    expect(outboxFileName('<a/b@x>')).not.toBe(outboxFileName('<a:b@x>'));
  });
});
