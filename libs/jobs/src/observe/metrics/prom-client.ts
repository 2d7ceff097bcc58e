import { nullIfMissing } from '../../support/optional-package.js';

/** What the metrics need of prom-client. */
export type PromClient = Pick<typeof import('prom-client'), 'Counter' | 'Gauge' | 'Registry' | 'register'>;

export const PROM_CLIENT = Symbol('JOBS_PROM_CLIENT');

/** Null if the application does not have it: then no metrics are kept. */
export async function loadPromClient(): Promise<PromClient | null> {
  try {
    return await import('prom-client');
  } catch (error) {
    return nullIfMissing('prom-client', error);
  }
}
