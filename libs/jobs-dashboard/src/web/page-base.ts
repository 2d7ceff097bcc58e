const JOB_PAGE = /\/jobs\/job\/[^/]+$/i;
const HOME_PAGE = /\/jobs$/i;

/**
 * The folder `/jobs/` as seen from the address of one of its pages. It is relative, because only the browser knows the
 * prefixes that proxies have removed.
 */
export function pageBase(url: string): string {
  const path = url.split(/[?#]/, 1)[0]!;
  const slashes = /\/*$/.exec(path)![0].length;
  const levels = depthOf(path.slice(0, path.length - slashes)) + slashes;
  return levels === 0 ? 'jobs/' : `./${'../'.repeat(levels - 1)}`;
}

function depthOf(path: string): number {
  if (JOB_PAGE.test(path)) return 2;
  return HOME_PAGE.test(path) ? 0 : 1;
}
