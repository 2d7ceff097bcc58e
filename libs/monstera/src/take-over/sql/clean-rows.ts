import type { GoColumn, SourceTable } from '../source-table.js';

/** The default of the option `maxPayloadBytes`. */
const LARGE_PAYLOAD = 262_144;

const TIMES = ['scheduled_at', 'started_at', 'completed_at', 'created_at', 'updated_at'] as const;

/**
 * A SELECT of the source's rows with cleaned values. `$1` has the other names of statuses as a JSON object. It makes no
 * decisions, so that the inspection and the copy read the same values.
 */
export function cleanRows(table: SourceTable, where = ''): string {
  const text = (column: GoColumn) => (table.columns.has(column) ? `g.${column}::text` : 'null::text');
  const payload = table.columns.get('payload') === 'bytea' ? 'g.payload' : text('payload');
  const status = `lower(btrim(${text('status')}))`;
  // `offset 0` keeps the planner from inlining the subquery, which would call the functions once per use.
  return `
  select
    g.ctid as source, ${text('id')} as old_id, pg_temp.go_id(${text('id')}) as id, ${text('type')} as type,
    ${text('status')} as old_status, coalesce($1::jsonb ->> ${status}, ${status}) as spelt_status, ${text('error')} as error,
    p.value as payload, p.fault as payload_fault, p.empty as payload_empty,
    length(${payload}) > ${LARGE_PAYLOAD} as payload_large,
    ${text('attempts')} as old_attempts, pg_temp.go_count(${text('attempts')}) as attempts,
    pg_temp.go_count(${text('max_attempts')}) as max_attempts,
    num_nonnulls(${TIMES.map(text).join(', ')}) as times_given,
    ${TIMES.map((name) => `pg_temp.go_time(${text(name)}) as ${name}`).join(',\n    ')}
  from ${table.name} as g
  cross join lateral pg_temp.go_payload(${payload}) as p
  ${where}
  offset 0`;
}
