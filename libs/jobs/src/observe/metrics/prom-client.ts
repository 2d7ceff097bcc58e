import { nullIfMissing } from '../../support/optional-package.js';

/** The part of prom-client that the metrics use. */
export type PromClient = Pick<typeof import('prom-client'), 'Counter' | 'Gauge' | 'Registry' | 'register'>;

export const PROM_CLIENT = Symbol('JOBS_PROM_CLIENT');

/** Returns null if the application has not installed prom-client. There are no metrics then. */
export async function loadPromClient(): Promise<PromClient | null> {
  try {
    return await import('prom-client');
  } catch (error) {
    return nullIfMissing('prom-client', error);
  }
}
