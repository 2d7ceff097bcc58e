export interface PauseLimits {
  minMs: number;
  maxMs: number;
}

/**
 * How long to wait before another try, in milliseconds. The pause doubles with each try up to `maxMs`. A random part of
 * up to half of it is left out, so that workers that lost the database together do not return together.
 */
export function retryPauseMs(tries: number, { minMs, maxMs }: PauseLimits, random: () => number = Math.random): number {
  return Math.min(minMs * 2 ** Math.min(tries, 30), maxMs) * (0.5 + random() / 2);
}
