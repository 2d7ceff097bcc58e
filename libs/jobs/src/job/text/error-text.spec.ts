import fc from 'fast-check';
import { errorText, oneLine } from './error-text.js';
import { redactorOf } from './redact-secrets.js';

const hostile = (name: string) => {
  const error = new Error('x');
  Object.defineProperty(error, name, {
    get() {
      throw new Error('not even this');
    },
  });
  return error;
};

describe('errorText', () => {
  it('is the stack of an error', () => {
    const text = errorText(new TypeError('no such mailbox'));
    expect(text).toMatch(/^TypeError: no such mailbox\n {4}at /);
    expect(text).toContain('error-text.spec');
  });

  it('has the causes, each with its own text', () => {
    const error = new Error('not sent', { cause: new Error('refused', { cause: 'port 25' }) });
    expect(errorText(error)).toMatch(
      /^Error: not sent\n[^]*\nCaused by: Error: refused\n[^]*\nCaused by: Thrown: 'port 25'$/,
    );
  });

  it('is name and message of an error without a stack', () => {
    const error = new RangeError('too much');
    delete error.stack;
    expect(errorText(error)).toBe('RangeError: too much');
  });

  it.each([
    [undefined, 'Thrown: undefined'],
    [null, 'Thrown: null'],
    ['', "Thrown: ''"],
    ['oops', "Thrown: 'oops'"],
    [404, 'Thrown: 404'],
    [10n, 'Thrown: 10n'],
    [Symbol('s'), 'Thrown: Symbol(s)'],
    [{ code: 'E1', inner: { a: { b: { c: 1 } } } }, "Thrown: { code: 'E1', inner: { a: { b: [Object] } } }"],
    [Object.create(null), 'Thrown: [Object: null prototype] {}'],
  ])('describes %p', (thrown, text) => {
    expect(errorText(thrown)).toBe(text);
  });

  it('survives an error whose stack cannot be read', () => {
    expect(errorText(hostile('stack'))).toBe('The handler threw something that cannot be described');
  });

  it('has the rest of an error whose cause cannot be read', () => {
    expect(errorText(hostile('cause'))).toMatch(/^Error: x\n[^]*\nIts cause cannot be described$/);
  });

  it('has the errors of an AggregateError', () => {
    const error = new AggregateError([new Error('port 25 refused'), 'port 587 too'], 'No server took the mail');
    expect(errorText(error)).toMatch(
      /^AggregateError: No server took the mail\n[^]*\nOne of its errors: Error: port 25 refused\n[^]*\nOne of its errors: Thrown: 'port 587 too'$/,
    );
  });

  it('survives causes that form a circle, or a chain of thousands', () => {
    const circle = new Error('round');
    circle.cause = circle;
    let chain = new Error('last');
    for (let i = 0; i < 20_000; i++) chain = new Error('next', { cause: chain });
    expect(errorText(circle)).toContain('Error: round');
    expect(errorText(chain)).toContain('Error: next');
  });

  it('does not read on in what is far too long', () => {
    const message = 'much to say; '.repeat(20_000);
    const text = errorText(new AggregateError([new Error(message), new Error(message)], message));
    expect(text).toMatch(/^AggregateError: much to say;/);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(8_192);
    expect(errorText(Array.from({ length: 200 }, (_, i) => i))).toContain('more item');
  });

  it('has nothing that PostgreSQL refuses', () => {
    expect(errorText('a\u0000b\ud800')).not.toMatch(/\u0000|\ud800/); // oxlint-disable-line no-control-regex -- looked for
    const error = new Error('nul \u0000 and half \udc00 a pair');
    expect(errorText(error)).toContain('nul \\u0000 and half \ufffd a pair');
  });

  it('has none of the rows and parameters that a database error carries', () => {
    const refused = Object.assign(new Error('duplicate key value violates unique constraint "users_email"'), {
      detail: 'Key (email)=(ada@example.com) already exists.',
      parameters: ['ada@example.com'],
      driverError: { detail: 'Key (email)=(ada@example.com) already exists.' },
    });
    for (const thrown of [refused, new Error('not saved', { cause: refused }), { reason: refused }, [[refused]]]) {
      expect(errorText(thrown)).toContain('duplicate key');
      expect(errorText(thrown)).not.toContain('ada@example.com');
    }
  });

  it('has masks in place of secrets, those at the end of what is kept too', () => {
    const url = 'postgres://app:s3cr3t@db/x';
    const text = errorText(new Error(`${'refused by '.repeat(740)}${url}${', next'.repeat(9_000)}`));
    expect(text).toContain('Error: refused by');
    expect(text).not.toContain('s3cr3t');
    expect(errorText(new Error('pin=1234 password=x'), redactorOf(['pin']))).toMatch(
      /^Error: pin=\*\*\* password=\*\*\*/,
    );
  });

  it('is cut to 8 KiB, never through a character', () => {
    const error = new Error('ä€😀'.repeat(5_000));
    error.stack = `Error: ${error.message}`;
    const text = errorText(error);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(8_192);
    expect(Buffer.byteLength(text)).toBeGreaterThan(8_100);
    expect(text).toMatch(/(ä|€|😀)… \(cut\)$/u);
  });

  it('is storable text for anything that can be thrown', () => {
    fc.assert(
      fc.property(
        fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true }),
        (thrown) => {
          const text = errorText(thrown);
          expect(text.length).toBeGreaterThan(0);
          expect(text.isWellFormed() && !text.includes('\u0000')).toBe(true);
          expect(Buffer.byteLength(text)).toBeLessThanOrEqual(8_192);
        },
      ),
    );
  });
});

describe('oneLine', () => {
  it.each([
    ['Error: x\n    at y\n    at z', 'Error: x'],
    ['one line', 'one line'],
    ['', ''],
  ])('of %j is %j', (text, line) => {
    expect(oneLine(text)).toBe(line);
  });
});
