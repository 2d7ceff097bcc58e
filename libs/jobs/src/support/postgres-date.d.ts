declare module 'postgres-date' {
  /** The time of a `timestamptz` in ISO style; a number for an infinite one, null for a text of another style. */
  export default function parseTime(text: string): Date | number | null;
}
