import { PermanentJobError } from '@monstera/jobs';
import { requireStorageKey } from './storage-key.js';

describe('requireStorageKey', () => {
  it.each(['monthly-reports/2024-01.xlsx', 'a', 'a/b_c/d-e.f', 'A1..b'])('accepts %s', (key) => {
    expect(() => requireStorageKey(key)).not.toThrow();
  });

  it.each([
    '',
    '.',
    '..',
    '../secret',
    'a/../b',
    'a/./b',
    '/etc/passwd',
    'a//b',
    'a/',
    '.hidden',
    'a/.tmp',
    'a\\b',
    'a\0b',
    'a\n',
    'ключ',
    'a b',
    'x'.repeat(201),
    'a/'.repeat(300) + 'a',
  ])('refuses %j for good', (key) => {
    expect(() => requireStorageKey(key)).toThrow(PermanentJobError);
    expect(() => requireStorageKey(key)).toThrow(/^STORAGE_INVALID_KEY: /);
  });
});
