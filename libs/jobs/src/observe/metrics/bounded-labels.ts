/** The label of all values beyond the limit. */
export const OTHER_LABEL = 'other';

/**
 * Limits the number of values of a label, because each value is a series on the metrics server. The first values keep
 * their names for the life of the process. All later ones share `other`.
 */
export class BoundedLabels {
  private readonly known = new Set<string>();

  constructor(private readonly max = 200) {}

  label(value: string): string {
    if (this.known.has(value)) return value;
    if (this.known.size >= this.max) return OTHER_LABEL;
    this.known.add(value);
    return value;
  }

  /** Returns one number per label. Labels that are missing now get 0, so that their series do not end. */
  combine(
    values: Iterable<readonly [value: string, number: number]>,
    join: (a: number, b: number) => number = (a, b) => a + b,
  ): Map<string, number> {
    const combined = new Map([...this.known].map((label) => [label, 0]));
    for (const [value, number] of values) {
      const label = this.label(value);
      combined.set(label, join(combined.get(label) ?? 0, number));
    }
    return combined;
  }
}
