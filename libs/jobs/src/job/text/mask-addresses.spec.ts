import { maskAddresses } from './mask-addresses.js';

describe('maskAddresses', () => {
  it.each([
    ['the mail to ada@example.com was refused', 'the mail to a***@example.com was refused'],
    ['550 5.1.1 <ada.lovelace+work@mail.example.co.jp>: unknown', '550 5.1.1 <a***@mail.example.co.jp>: unknown'],
    ['to=ada@example.com,bob@example.org;', 'to=a***@example.com,b***@example.org;'],
    ['_ada@example.com', '_***@example.com'],
    ["o'neil@example.com", 'o***@example.com'],
    ['用户@例え.jp and Ünal@bücher.example', '用***@例え.jp and Ü***@bücher.example'],
    ['ada@xn--bcher-kva.xn--p1ai', 'a***@xn--bcher-kva.xn--p1ai'],
    ['"ada lovelace"@example.com', 'a***@example.com'],
    ['ada@[192.0.2.1]', 'a***@[192.0.2.1]'],
    ['mailto:ada@example.com?subject=x', 'mailto:a***@example.com?subject=x'],
    ['?email=ada%40example.com&x=1', '?email=a***%40example.com&x=1'],
    ['{"email":"ada@example.com"}', '{"email":"a***@example.com"}'],
    ['Key (email)=(ada@example.com) exists', 'Key (email)=(a***@example.com) exists'],
    [`${'a'.repeat(200)}@example.com`, 'a***@example.com'],
    ['ada@example.com.', 'a***@example.com.'],
  ])('masks %j', (text, masked) => {
    expect(maskAddresses(text)).toBe(masked);
  });

  it.each([
    '@nestjs/common and typeorm@1.1.1',
    'at node_modules/.pnpm/pg@8.23.1/node_modules/pg/lib/client.js:12',
    'postgres://app:***@db/x',
    'ssh://git@github.com/x',
    'smtps://ada%40example.com:***@mail:465',
    'half past @ nine',
    'a***@example.com',
  ])('leaves %j as it is', (text) => {
    expect(maskAddresses(text)).toBe(text);
  });
});
