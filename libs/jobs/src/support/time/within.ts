/** The result of the work, or null if it takes longer than `limitMs` milliseconds. Rejects as the work does. */
export async function within<T>(limitMs: number, work: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<null>((resolve) => (timer = setTimeout(() => resolve(null), limitMs)));
  return Promise.race([work, limit]).finally(() => clearTimeout(timer));
}
