import type { JobFilter } from './job-filter.js';

/** A filter as the audit keeps it. Of a payload only the names of its fields: their values may be personal data. */
export function auditedFilter({ type, payload, ...rest }: JobFilter): Record<string, unknown> {
  const types = type === undefined ? [] : [type].flat();
  return {
    ...rest,
    ...(types.length > 0 && { type: types.map((one) => (typeof one === 'object' ? one.type : one)) }),
    ...(payload !== undefined && { payload: Object.keys(payload) }),
  };
}
