import { age, jsonText, padded, Table, visible, visibleLines, widthOf, type Column } from './text.js';

describe('visible', () => {
  it.each([
    ['a sequence that clears the screen', '\u001b[2Jgone', '\\u001b[2Jgone'],
    ['a line break', 'one\ntwo', 'one\\u000atwo'],
    ['a control character of C1', '\u009b31m', '\\u009b31m'],
    ['a change of direction', 'exe.\u202etxt', 'exe.\\u202etxt'],
    ['a character without width', 'ad\u200bmin', 'ad\\u200bmin'],
    ['half of a pair', 'x\ud800', 'x\ufffd'],
    ['nothing of Japanese', '日本語', '日本語'],
  ])('escapes %s', (_, text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  it('keeps the line breaks of a text of several lines', () => {
    expect(visibleLines('one\r\ntwo\u0007')).toEqual(['one', 'two\\u0007']);
  });
});

describe('jsonText', () => {
  it('escapes what a terminal acts on, and means the same', () => {
    const value = { error: 'a\u009b2J\u202e\u007f\n' };
    expect(jsonText(value)).toBe('{"error":"a\\u009b2J\\u202e\\u007f\\n"}');
    expect(JSON.parse(jsonText(value))).toEqual(value);
  });
});

describe('padded', () => {
  it.each([
    ['abc', 5, 'abc  '],
    ['abcdef', 4, 'abc…'],
    ['日本語', 6, '日本語'],
    ['日本語', 5, '日本…'],
    ['日本語', 4, '日… '],
  ])('puts %s into %i columns', (text, width, expected) => {
    expect(padded(text, width)).toBe(expected);
    expect(widthOf(expected)).toBe(width);
  });
});

describe('age', () => {
  it.each([
    [-5_000, '0s'],
    [99_000, '99s'],
    [100_000, '2m'],
    [6_000_000, '2h'],
    [172_800_000, '2d'],
  ])('shows %i ms as %s', (ms, shown) => {
    expect(age(ms)).toBe(shown);
  });
});

describe('Table', () => {
  const columns: Column<string[]>[] = [
    { title: 'ID', of: ([id]) => id! },
    { title: 'TYPE', of: ([, type]) => type!, min: 6 },
    { title: 'ERROR', of: ([, , error]) => error!, min: 10, optional: true },
  ];
  const linesIn = (width: number, ...rows: string[][]) => {
    const table = new Table(columns, rows, width);
    return [table.header(), ...rows.map((row) => table.row(row))];
  };

  it('is as wide as its texts', () => {
    expect(linesIn(80, ['1', 'mail', 'x'], ['22', 'report', ''])).toEqual([
      'ID  TYPE    ERROR',
      '1   mail    x',
      '22  report',
    ]);
  });

  it('cuts the widest column first, and then leaves out optional ones', () => {
    const row = ['0123456789', 'a-long-type', 'a very long error indeed'];
    expect(linesIn(40, row)[1]).toBe('0123456789  a-long-type  a very long er…'.slice(0, 40));
    expect(linesIn(28, row)).toEqual(['ID          TYPE', '0123456789  a-long-type']);
    expect(linesIn(18, row)[1]).toBe('0123456789  a-lon…');
  });

  it('keeps a text with control characters on its line', () => {
    expect(linesIn(80, ['1', 'x\ny\u001b[2J', ''])[1]).toBe('1   x\\u000ay\\u001b[2J');
  });
});
