import type { DashboardPath } from '../dashboard-path.js';

/**
 * The folder of the dashboard as seen from the address of one of its pages. It is relative, because only the browser knows
 * the prefixes that the host has added and proxies have removed.
 */
export function pageBase(url: string, { path, name }: Pick<DashboardPath, 'path' | 'name'>): string {
  const page = url.split(/[?#]/, 1)[0]!;
  const slashes = /\/*$/.exec(page)![0].length;
  const levels = depthOf(page.slice(0, page.length - slashes).toLowerCase(), `/${path.toLowerCase()}`) + slashes;
  return levels === 0 ? `${name}/` : `./${'../'.repeat(levels - 1)}`;
}

/** Of the pages below the path, only that of a job is in a folder. */
function depthOf(page: string, home: string): number {
  const job = page.lastIndexOf('/job/');
  if (job >= 0 && page.slice(0, job).endsWith(home) && !page.includes('/', job + '/job/'.length)) return 2;
  return page.endsWith(home) ? 0 : 1;
}
