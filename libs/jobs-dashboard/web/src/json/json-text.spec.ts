import { membersOf, prettyJson } from './json-text';

const TEXT = '{"id":"x","payload":{"n":12345678901234567890,"s":"a,}\\"b","l":[],"o":{ }},"result":1e400,"error":null}';

describe('JSON as text', () => {
  it('finds members without changing a letter', () => {
    expect([...membersOf(TEXT)]).toEqual([
      ['id', '"x"'],
      ['payload', '{"n":12345678901234567890,"s":"a,}\\"b","l":[],"o":{ }}'],
      ['result', '1e400'],
      ['error', 'null'],
    ]);
    expect([...membersOf('{}')]).toEqual([]);
  });

  it('takes the member of the outermost object, not one with its name further in', () => {
    expect(membersOf('{"tags":["payload"],"x":{"payload":1},"payload":2}').get('payload')).toBe('2');
  });

  it('lays it out in lines, exactly', () => {
    expect(prettyJson(membersOf(TEXT).get('payload')!)).toBe(
      ['{', '  "n": 12345678901234567890,', '  "s": "a,}\\"b",', '  "l": [],', '  "o": {}', '}'].join('\n'),
    );
  });

  it.each(['1', '"a b"', 'null', '[]', '[1,[2,{"a":[true,false]}]]', '{"a":{"b":{}},"c":"\\\\"}'])(
    'means the same afterwards: %s',
    (text) => {
      expect(JSON.parse(prettyJson(text))).toEqual(JSON.parse(text));
      expect(prettyJson(prettyJson(text))).toBe(prettyJson(text));
    },
  );
});
