import { pageBase } from './page-base.js';

describe('the base of a page', () => {
  it.each([
    '/jobs',
    '/jobs/',
    '/jobs?q=status:failed',
    '/jobs/overview',
    '/jobs/queues/?a=/b/',
    '/jobs/job/018f0000-0000-7000-8000-000000000001',
    '/jobs/job/jobs',
    '/jobs/job/x/',
    '/ops/queue/jobs',
    '/ops/queue/jobs/audit',
    '/jobs/jobs/sign-in?token=x',
  ])('leads from %s to the folder of the dashboard', (url) => {
    const page = new URL(url, 'http://host.example');
    const base = new URL(pageBase(url), page).pathname;

    expect(url.startsWith(base.slice(0, -1))).toBe(true);
    expect(base.endsWith('/jobs/')).toBe(true);
    expect(url.slice(base.length)).not.toMatch(/^jobs/);
  });
});
