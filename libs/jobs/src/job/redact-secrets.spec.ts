import { redactorOf, redactSecrets } from './redact-secrets.js';

describe('redactSecrets', () => {
  it.each([
    ['connect to postgres://app:s3cr3t@db:5432/x failed', 'connect to postgres://app:***@db:5432/x failed'],
    ['smtp://user:pa:ss@word@mail.example.com refused', 'smtp://user:***@mail.example.com refused'],
    ['password=hunter2&user=ada', 'password=***&user=ada'],
    ['{"password":"hunter 2","user":"ada"}', '{"password":***,"user":"ada"}'],
    [`{ client_secret: 'x y', id: 7 }`, '{ client_secret: ***, id: 7 }'],
    ['?access_token=abc.def&page=2', '?access_token=***&page=2'],
    ['x-api-key: 12345', 'x-api-key: ***'],
    ['Authorization: Bearer abc.def.ghi', 'Authorization: ***'],
    ['{"authorization":"Basic dXNlcjpw","a":1}', '{"authorization":***,"a":1}'],
    ['Cookie: session=1; theme=dark', 'Cookie: ***'],
    ['sent Bearer eyJhbGciOiJIUzI1NiJ9.e30 and failed', 'sent Bearer *** and failed'],
  ])('masks the secret in %s', (text, expected) => {
    expect(redactSecrets(text)).toBe(expected);
  });

  it.each([
    'SyntaxError: Unexpected token < in JSON at position 0',
    'connect ECONNREFUSED 127.0.0.1:5432',
    'GET https://example.com/users/7?page=2 answered 502',
    'Forgot the password again',
  ])('leaves %s alone', (text) => {
    expect(redactSecrets(text)).toBe(text);
  });

  it.each([
    ['one long word', 'a'.repeat(4_000)],
    ['a URL without end', `x://${'a:'.repeat(2_000)}`],
    ['names without values', 'password token secret '.repeat(180)],
    ['colons and blanks', 'authorization : '.repeat(250)],
  ])('takes no time for %s', (_name, text) => {
    const startedMs = performance.now();
    redactSecrets(text);
    expect(performance.now() - startedMs).toBeLessThan(200);
  });

  it.each([
    ['pin: 1234, id: 7', 'pin: ***, id: 7'],
    ['{"tax.id":"12-34","password":"x"}', '{"tax.id":***,"password":***}'],
    ['taxxid=7', 'taxxid=7'],
  ])('masks names of the host’s own beside the built-in ones: %s', (text, expected) => {
    expect(redactorOf(['pin', 'tax.id'])(text)).toBe(expected);
    expect(redactSecrets('pin: 1234')).toBe('pin: 1234');
  });
});
