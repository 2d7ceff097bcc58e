import type { LoadHook } from 'node:module';

let codes: ReadonlyMap<string, string> = new Map();

/** Node calls this with the data of `register()`: what to append to modules, by their URLs. */
export function initialize(data: ReadonlyMap<string, string>): void {
  codes = data;
}

/** Node calls this to load any module. */
export const load: LoadHook = async (url, context, nextLoad) => {
  const loaded = await nextLoad(url, context);
  const code = codes.get(url);
  if (code === undefined) return loaded;
  return { ...loaded, source: `${Buffer.from(loaded.source as Uint8Array).toString()}\n${code}\n` };
};
