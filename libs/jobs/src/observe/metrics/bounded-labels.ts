/** What all values past the limit are called. */
export const OTHER_LABEL = 'other';

/**
 * Keeps a label to a number of values that a metrics server can bear: the first ones seen keep their names for the life
 * of the process, all later ones share `other`.
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

  /** One number per label; 0 for those seen before and missing now, so that their series do not just end. */
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
