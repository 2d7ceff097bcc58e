const MINUTE_MS = 60_000;

const percentiles = (p50: number) => ({ p50, p95: p50 * 4, p99: p50 * 9 });

const figures = (completed: number, given: object = {}) => ({
  completed,
  retried: Math.round(completed / 50),
  failed: Math.round(completed / 200),
  cancelled: 0,
  failureShare: 0.025,
  waitMs: percentiles(12),
  runMs: percentiles(140),
  busyMs: completed * 140,
  ...given,
});

/** A day with a quiet night, and an hour in which nothing ran. */
function seriesOf(points: number, everyMs: number) {
  const to = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS - MINUTE_MS;
  const last = Math.floor((to - 1) / everyMs) * everyMs;
  const none = { p50: null, p95: null, p99: null };
  const pointAt = (at: number, i: number) => {
    const isQuiet = i >= points / 2 && i < points / 2 + 6;
    const wave = 1 + Math.sin((i / points) * Math.PI * 4);
    const share = Math.min(1, (to - at) / everyMs);
    const ran = figures(Math.round((400 * wave + 20) * share), {
      waitMs: percentiles(8 + 30 * wave),
      runMs: percentiles(100 + 60 * wave),
    });
    const idle = figures(0, { failureShare: null, waitMs: none, runMs: none });
    return { at: new Date(at).toISOString(), partial: at + everyMs > to, ...(isQuiet ? idle : ran) };
  };
  const steps = Array.from({ length: points }, (_, i) => pointAt(last - (points - 1 - i) * everyMs, i));
  return {
    from: steps[0]!.at,
    to: new Date(to).toISOString(),
    everyMs,
    points: steps,
    total: { ...figures(24_120), perMinute: 402 },
  };
}

export const SERIES = seriesOf(60, MINUTE_MS);
/** Nothing but a minute that is not over. */
export const FIRST_SERIES = {
  ...SERIES,
  points: SERIES.points.map(({ at }, i, all) => {
    const partial = i === all.length - 1;
    const none = { p50: null, p95: null, p99: null };
    const idle = figures(0, { failureShare: null, waitMs: none, runMs: none });
    return { at, partial, ...(partial ? figures(17) : idle) };
  }),
  total: { ...figures(17), perMinute: 0.3 },
};
export const DAY_SERIES = seriesOf(144, 10 * MINUTE_MS);

export const TYPES = {
  from: SERIES.from,
  to: SERIES.to,
  types: [
    { type: 'send_invoice', perMinute: 310.4, ...figures(18_000) },
    { type: 'weekly_report_reminder', perMinute: 90, ...figures(5_400, { failureShare: 0, waitMs: percentiles(4) }) },
    { type: 'render_video', perMinute: 0.4, ...figures(24, { failureShare: 0.5, runMs: percentiles(64_000) }) },
    {
      type: 'data_cleanup',
      perMinute: 0,
      ...figures(0, { failureShare: null, runMs: { p50: null, p95: null, p99: null } }),
    },
  ],
  capped: false,
};
