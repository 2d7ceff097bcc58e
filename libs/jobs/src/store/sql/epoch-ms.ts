/**
 * A time as milliseconds since 1970: the session's DateStyle and time zone do not change it. The time may be infinite, where
 * PostgreSQL before 17 cannot subtract one from another.
 */
export function epochMs(time: string): string {
  return `(extract(epoch from ${time}) * 1000)::float8`;
}
