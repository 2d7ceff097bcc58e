import { dashboardPath } from '../dashboard-path.js';
import { pageBase } from './page-base.js';

describe('the base of a page', () => {
  it.each([
    ['/jobs', 'jobs'],
    ['/jobs/', 'jobs'],
    ['/jobs?q=status:failed', 'jobs'],
    ['/jobs/overview', 'jobs'],
    ['/jobs/queues/?a=/b/', 'jobs'],
    ['/jobs/job/018f0000-0000-7000-8000-000000000001', 'jobs'],
    ['/jobs/job/jobs', 'jobs'],
    ['/jobs/job/job', 'jobs'],
    ['/jobs/job/x/', 'jobs'],
    ['/ops/queue/jobs', 'jobs'],
    ['/ops/queue/jobs/audit', 'jobs'],
    ['/jobs/jobs/sign-in?token=x', 'jobs'],
    ['/ops/queue', '/ops/queue/'],
    ['/OPS/queue', 'ops/queue'],
    ['/ops/queue/', 'ops/queue'],
    ['/api/ops/queue/queues', 'ops/queue'],
    ['/api/ops/queue/job/x', 'ops/queue'],
    ['/ops/queue/job/ops', 'ops/queue'],
    ['/job/job', 'job'],
    ['/job/job/job', 'job/job'],
    ['/job/job/job/job/x', 'job/job'],
  ])('leads from %s to the folder of the dashboard at %s', (url, given) => {
    const path = dashboardPath(given);
    const page = new URL(url, 'http://host.example');
    const base = new URL(pageBase(url, path), page).pathname;

    expect(url.startsWith(base.slice(0, -1))).toBe(true);
    expect(base.toLowerCase().endsWith(`${path.at()}/`)).toBe(true);
    expect(['', 'overview', 'queues', 'audit', 'sign-in', 'job']).toContain(
      page.pathname.slice(base.length).split('/', 1)[0],
    );
  });
});

describe('the path of the dashboard', () => {
  it.each(['', '/', 'a b', 'a//b', ':tenant', '*', '../x y'])('is not %j', (given) => {
    expect(() => dashboardPath(given)).toThrow(/JobsDashboardModule: path must be/);
  });

  it('is jobs by default', () => expect(dashboardPath().at('sign-in')).toBe('/jobs/sign-in'));
});
