import { httpIssues, httpPaths, jobsHttpRoutes, type JobsHttpOptions } from './http-options.js';

describe('http', () => {
  it.each([
    [undefined, 'health', 'metrics'],
    [{ path: '' }, 'health', 'metrics'],
    [{ path: '/' }, 'health', 'metrics'],
    [{ path: 'internal' }, 'internal/health', 'internal/metrics'],
    [{ path: '/internal/jobs/', health: '/healthz/' }, 'internal/jobs/healthz', 'internal/jobs/metrics'],
    [{ health: true, metrics: false }, 'health', null],
    [{ health: false, metrics: 'prometheus/jobs' }, null, 'prometheus/jobs'],
  ])('%j mounts the probes at %s and the metrics at %s', (given, health, metrics) => {
    expect(httpPaths(given)).toEqual({ health, metrics });
  });

  it('names its routes, for the exclusion from a prefix', () => {
    expect(jobsHttpRoutes()).toEqual(['health/startup', 'health/live', 'health/ready', 'metrics']);
    expect(jobsHttpRoutes({ path: 'internal', metrics: false })).toEqual([
      'internal/health/startup',
      'internal/health/live',
      'internal/health/ready',
    ]);
  });

  it.each([
    [{ path: 'with space' }, ['http.path']],
    [{ path: ':tenant' }, ['http.path']],
    [{ path: 'a//b' }, ['http.path']],
    [{ path: false }, ['http.path']],
    [{ health: '' }, ['http.health']],
    [{ health: '/' }, ['http.health']],
    [{ health: 1, metrics: null }, ['http.health', 'http.metrics']],
    [{ health: 'status', metrics: '/status/' }, ['http.metrics']],
  ])('%j is refused', (given, paths) => {
    expect(httpIssues(given as JobsHttpOptions).map(({ path }) => path)).toEqual(paths);
  });

  it('is fine without either', () => {
    expect(httpIssues({ health: false, metrics: false })).toEqual([]);
  });
});
