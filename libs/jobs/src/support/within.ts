/** What the work resolves to, or null once so many milliseconds have passed without it. Rejects as the work does. */
export async function within<T>(limitMs: number, work: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<null>((resolve) => (timer = setTimeout(() => resolve(null), limitMs)));
  return Promise.race([work, limit]).finally(() => clearTimeout(timer));
}
