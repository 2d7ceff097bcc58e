import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { AuditScreen } from '../screens/audit';
import { EnqueueScreen } from '../screens/enqueue/enqueue-screen';
import { ErrorsScreen } from '../screens/errors';
import { JobScreen } from '../screens/job/job-screen';
import { JobsScreen } from '../screens/jobs/jobs-screen';
import { OverviewScreen } from '../screens/overview';
import { QueuesScreen } from '../screens/queues';
import { SchedulesScreen } from '../screens/schedules/schedules-screen';
import { SystemScreen } from '../screens/system';
import { WorkersScreen } from '../screens/workers';
import { BrokenScreen } from './broken-screen';
import { NotFound } from './not-found';
import { paramsText, parseParams } from './search-params';
import { Shell } from './shell';

const textOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });
const under = <P extends string>(path: P) => ({ getParentRoute: () => root, path });

const jobs = createRoute({
  ...under('/'),
  component: JobsScreen,
  validateSearch: (given: Record<string, unknown>): { q?: string; after?: string; cols?: string } => ({
    q: textOf(given['q']),
    after: textOf(given['after']),
    cols: textOf(given['cols']),
  }),
  // The columns stay chosen from search to search.
  search: {
    middlewares: [
      ({ search, next }) => {
        const result = next(search);
        return { ...result, cols: result.cols ?? search.cols };
      },
    ],
  },
});
const enqueue = createRoute({
  ...under('/enqueue'),
  component: EnqueueScreen,
  validateSearch: (given: Record<string, unknown>): { type?: string } => ({ type: textOf(given['type']) }),
});
const errors = createRoute({
  ...under('/errors'),
  component: ErrorsScreen,
  validateSearch: (given: Record<string, unknown>): { hours?: string } => ({ hours: textOf(given['hours']) }),
});
const overview = createRoute({
  ...under('/overview'),
  component: OverviewScreen,
  validateSearch: (given: Record<string, unknown>): { hours?: string } => ({ hours: textOf(given['hours']) }),
});
/** Its code and that of the charts are loaded when they are first looked at. */
const performance = createRoute({
  ...under('/performance'),
  component: lazyRouteComponent(() => import('../screens/performance/performance-screen')),
  validateSearch: (given: Record<string, unknown>): { hours?: string; type?: string; order?: string } => ({
    hours: textOf(given['hours']),
    type: textOf(given['type']),
    order: textOf(given['order']),
  }),
});
const audit = createRoute({
  ...under('/audit'),
  component: AuditScreen,
  validateSearch: (given: Record<string, unknown>): { after?: string } => ({ after: textOf(given['after']) }),
});

const routeTree = root.addChildren([
  jobs,
  createRoute({ ...under('/job/$id'), component: JobScreen }),
  overview,
  createRoute({ ...under('/queues'), component: QueuesScreen }),
  createRoute({ ...under('/workers'), component: WorkersScreen }),
  createRoute({ ...under('/schedules'), component: SchedulesScreen }),
  createRoute({ ...under('/system'), component: SystemScreen }),
  enqueue,
  errors,
  performance,
  audit,
]);

const folder = new URL(document.baseURI).pathname.replace(/\/$/, '');

export const router = createRouter({
  routeTree,
  // The router's own base path would put a slash behind the folder, and some servers have no such address.
  rewrite: {
    input: ({ url }) => {
      if (url.pathname.startsWith(folder)) url.pathname = url.pathname.slice(folder.length) || '/';
      return url;
    },
    output: ({ url }) => {
      url.pathname = folder + url.pathname.replace(/\/$/, '');
      return url;
    },
  },
  defaultErrorComponent: BrokenScreen,
  parseSearch: parseParams,
  stringifySearch: paramsText,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
