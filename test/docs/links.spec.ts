import { existsSync, readFileSync } from 'node:fs';
import { anchors, innerLinks, readPages } from './markdown.js';

const pages = readPages();

describe('the links between pages', () => {
  const links = pages.flatMap((page) => innerLinks(page).map((link) => ({ page: page.path, ...link })));

  it('lead to files that exist', () => {
    expect(links.length).toBeGreaterThan(20);
    expect(links.filter(({ target }) => !existsSync(target))).toEqual([]);
  });

  it('lead to headings that exist', () => {
    const anchored = links.filter(({ anchor }) => anchor !== undefined);
    expect(anchored.length).toBeGreaterThan(0);
    const broken = anchored.filter(({ target, anchor }) => !anchors(readFileSync(target, 'utf8')).includes(anchor!));
    expect(broken).toEqual([]);
  });

  it('reach every page from the README', () => {
    const reached = new Set(['README.md']);
    for (const page of reached)
      for (const { target } of links.filter((link) => link.page === page)) reached.add(target);
    const unreached = pages.map(({ path }) => path).filter((path) => !reached.has(path));
    // A folder is linked as a whole; the READMEs of the packages are for the registry.
    expect(unreached.filter((path) => !/^(docs\/decisions\/|libs\/[^/]+\/README\.md$)/.test(path))).toEqual([]);
  });
});
