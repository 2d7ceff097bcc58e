import { SHAPES } from '../hosts/shapes.js';
import { readPage } from './markdown.js';

describe('the page for applications', () => {
  it('has a row for each shape that is tried', () => {
    const { text } = readPage('docs/use-in-your-app.md');
    for (const { nest, typeorm, modules, http } of SHAPES)
      expect(text).toMatch(new RegExp(`^\\| ${nest} +\\| ${typeorm} +\\| ${modules} +\\| ${http} +\\|`, 'm'));
  });
});
