import { SHAPES } from '../hosts/shapes.js';
import { TOOL_SHAPES } from '../hosts/tool-shapes.js';
import { readPage } from './markdown.js';

describe('the page for applications', () => {
  it('has a row for each shape that is tried', () => {
    const { text } = readPage('docs/use-in-your-app.md');
    for (const { nest, typeorm, modules, http } of SHAPES)
      expect(text).toMatch(new RegExp(`^\\| ${nest} +\\| ${typeorm} +\\| ${modules} +\\| ${http} +\\|`, 'm'));
  });

  it('has a row for each tool that is tried', () => {
    const rows = readPage('docs/use-in-your-app.md')
      .text.split('\n')
      .map((line) => line.split(/ *\| */).slice(1, 3));
    for (const { tool, what } of TOOL_SHAPES) expect(rows).toContainEqual([tool, what]);
  });
});
