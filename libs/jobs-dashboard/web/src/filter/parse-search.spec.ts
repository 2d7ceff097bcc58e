import { toBody, toQuery } from './filter';
import { parseSearch } from './parse-search';
import { tokenText, withToken } from './tokens';

describe('a search', () => {
  it('is read into the fields of the API', () => {
    const { filter, problems } = parseSearch(
      'type:mail type:sms status:failed queue:q tag:a tag:b key:"order 7" error:"ECONN \\"x\\"" since:2h',
    );

    expect(problems).toEqual([]);
    expect(filter).toEqual({
      type: ['mail', 'sms'],
      status: ['failed'],
      queue: ['q'],
      tag: ['a', 'b'],
      key: 'order 7',
      error: 'ECONN "x"',
      since: '2h',
    });
  });

  it('keeps every digit of a payload', () => {
    const { filter } = parseSearch(
      'payload.user.id:12345678901234567890 payload.user.name:"7" payload.on:true payload.x:a-b',
    );

    expect(filter.payload).toBe('{"user":{"id":12345678901234567890,"name":"7"},"on":true,"x":"a-b"}');
    expect(toBody({ ...filter, type: ['a'] }, 10, 0)).toBe(
      `{"filter":{"type":["a"],"payload":${filter.payload}},"atMost":10}`,
    );
  });

  it.each([
    ['hello', 'bare', 'hello'],
    ['stauts:failed', 'unknown', 'stauts'],
    ['status:done', 'status', 'done'],
    ['type:""', 'empty', 'type'],
    ['key:a key:b', 'twice', 'key'],
    ['payload.a:1 payload.a.b:2', 'twice', 'payload.a.b'],
    ['payload.:1', 'twice', 'payload.'],
    ['since:yesterday', 'time', 'yesterday'],
    ['worker:7', 'worker', '7'],
  ])('says what is wrong with %s', (search, kind, word) => {
    expect(parseSearch(search).problems).toEqual([{ kind, word }]);
  });

  it('knows an id', () => {
    expect(parseSearch(' 018f0000-0000-7000-8000-000000000001 ').id).toBe('018f0000-0000-7000-8000-000000000001');
    expect(parseSearch('018f0000-0000-7000-8000-00000000000').id).toBeUndefined();
  });

  it('asks for times from now on', () => {
    expect(toQuery({ since: '2h', until: '2026-01-01T00:00:00Z' }, 7_200_000)).toEqual({
      since: '1970-01-01T00:00:00.000Z',
      until: '2026-01-01T00:00:00.000Z',
    });
  });

  it('asks for as many jobs as there are ids', () => {
    expect(toBody({ ids: ['a', 'b'] }, 1_000, 0)).toBe('{"filter":{"ids":["a","b"]},"atMost":2}');
    expect(toBody({ type: ['a'] }, 10, 0, { byMs: -5 })).toBe('{"filter":{"type":["a"]},"atMost":10,"byMs":-5}');
  });

  it('takes another value for a key', () => {
    expect(withToken('type:mail status:failed error:"a b"', 'status', 'pending')).toBe(
      'type:mail error:"a b" status:pending',
    );
    expect(withToken('status:failed', 'status', null)).toBe('');
    expect(parseSearch(tokenText('error', 'a "b" \\c')).filter.error).toBe('a "b" \\c');
  });
});
