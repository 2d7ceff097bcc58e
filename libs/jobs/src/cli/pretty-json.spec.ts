import { prettyJson } from './pretty-json.js';

describe('prettyJson', () => {
  it.each(['1', '"a, {b}"', 'null', '[]', '{}', '[1,[2,{"a":[true,false]}]]', '{"a":{"b":{}},"c":"\\\\\\"}"}'])(
    'lays %s out as JSON.stringify does',
    (json) => {
      expect(prettyJson(json)).toBe(JSON.stringify(JSON.parse(json), null, 2));
    },
  );

  it('keeps every digit', () => {
    expect(prettyJson('{"id": 9007199254740993, "n": 1.0}')).toBe('{\n  "id": 9007199254740993,\n  "n": 1.0\n}');
  });
});
