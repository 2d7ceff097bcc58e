const DEFAULT_PATH = 'jobs';
const ENDS = /^\/+|\/+$/g;
const PATH = /^[\w.~-]+(\/[\w.~-]+)*$/;

/** Where the dashboard is, as links and error texts name it. */
export class DashboardPath {
  constructor(
    /** Without leading and trailing slashes. */
    readonly path: string,
  ) {}

  /** The last part, from which a page at the path itself finds its folder. */
  get name(): string {
    return this.path.slice(this.path.lastIndexOf('/') + 1);
  }

  /** The address of the dashboard or of something below it, without the prefix that the host or a proxy adds. */
  at(below = ''): string {
    return `/${this.path}${below && `/${below}`}`;
  }
}

/** Throws `TypeError` if it is no path. */
export function dashboardPath(given: string = DEFAULT_PATH): DashboardPath {
  const path = String(given).replaceAll(ENDS, '');
  if (PATH.test(path)) return new DashboardPath(path);
  throw new TypeError(
    `JobsDashboardModule: path must be a path such as "ops/queue", of letters, digits and _ . ~ -; it is ${JSON.stringify(given)}`,
  );
}
