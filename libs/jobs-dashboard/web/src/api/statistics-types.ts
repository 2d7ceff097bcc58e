/** In milliseconds; null if nothing was measured. */
export interface Percentiles {
  p50: number | null;
  p95: number | null;
  p99: number | null;
}

export interface RunFigures {
  completed: number;
  retried: number;
  failed: number;
  cancelled: number;
  /** 0 to 1; null if nothing ended. */
  failureShare: number | null;
  waitMs: Percentiles;
  runMs: Percentiles;
  busyMs: number;
}

export interface StatisticsPoint extends RunFigures {
  at: string;
  /** A last step that is not over. */
  partial: boolean;
}

export interface Series {
  from: string;
  to: string;
  everyMs: number;
  points: StatisticsPoint[];
  total: RunFigures & { perMinute: number };
}

export interface TypeFigures extends RunFigures {
  type: string;
  perMinute: number;
}

export interface TypesAnswer {
  types: TypeFigures[];
  capped: boolean;
}
