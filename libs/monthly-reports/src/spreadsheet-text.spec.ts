import { spreadsheetText } from './spreadsheet-text.js';

describe('spreadsheetText', () => {
  it.each([
    ['Ada Lovelace', 'Ada Lovelace'],
    ['_x0041_', '_x005F_x0041_'],
    ['_x004a_x004B_', '_x005F_x004a_x005F_x004B_'],
    ['_x41_ _y0041_ _x00411_', '_x41_ _y0041_ _x00411_'],
    ['__x0041_', '__x005F_x0041_'],
    ['a\u0001b', 'a_x0001_b'],
    ['one\r\ntwo\tthree', 'one_x000D_\ntwo\tthree'],
    ['\uffff', '_xFFFF_'],
    ['\ud83d\ude00', '\ud83d\ude00'],
    ['a\ud800', 'a\ufffd'],
  ])('writes %j as %j', (text, written) => {
    expect(spreadsheetText(text)).toBe(written);
  });
});
