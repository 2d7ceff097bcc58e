/** The version of an application, or null if the server has none: it calls that "unknown". */
export function knownVersion(version: string): string | null {
  return version === '' || version === 'unknown' ? null : version;
}
