/** The quantile `q` of the values, interpolated. Null without values. */
export function quantile(values, q) {
  if (values.length === 0) return null;
  const sorted = Float64Array.from(values).sort();
  const position = (sorted.length - 1) * q;
  const [low, high] = [sorted[Math.floor(position)], sorted[Math.ceil(position)]];
  return low + (high - low) * (position - Math.floor(position));
}

/** Median and range of a metric over the rounds that have it. Null if none has. */
export function summarise(values) {
  const present = values.filter((value) => typeof value === 'number' && Number.isFinite(value));
  if (present.length === 0) return null;
  return { median: quantile(present, 0.5), min: Math.min(...present), max: Math.max(...present) };
}
