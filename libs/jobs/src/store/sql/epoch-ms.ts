/**
 * SQL for a time as milliseconds since 1970, whatever the session's DateStyle and time zone. It also works for infinite
 * times, which PostgreSQL before 17 cannot subtract from each other.
 */
export function epochMs(time: string): string {
  return `(extract(epoch from ${time}) * 1000)::float8`;
}
