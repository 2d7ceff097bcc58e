import { columnsOf, columnsText, DEFAULT_COLUMNS } from './columns';

describe('the columns in an address', () => {
  it('are the usual ones if nobody has chosen', () => {
    expect(columnsOf(undefined)).toBe(DEFAULT_COLUMNS);
  });

  it('come back in their order, without those that do not exist', () => {
    expect(columnsOf(columnsText(['time', 'id']))).toEqual(['id', 'time']);
    expect(columnsOf('time,<b>,id,constructor')).toEqual(['id', 'time']);
  });

  it('may be none', () => {
    expect(columnsOf(columnsText([]))).toEqual([]);
    expect(columnsText([])).not.toBe('');
  });
});
