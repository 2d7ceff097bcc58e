/** An error as the server describes it (RFC 9457). */
export interface Problem {
  detail?: string;
  errorCode?: string;
  fix?: string;
  issues?: { path: string; message: string }[];
}

/** A request that was not answered with what it asked for. Status 0: it was not answered at all. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly problem: Problem,
  ) {
    super(problem.detail ?? `HTTP ${status}`);
  }

  /** This server does not have the route. A job that does not exist has a code of its own. */
  get isMissingRoute(): boolean {
    return this.status === 404 && !this.problem.errorCode?.startsWith('JOBS_');
  }

  get needsSignIn(): boolean {
    return this.status === 401 || this.problem.errorCode === 'JOBS_ADMIN_LOCAL_ONLY';
  }
}

export type Query = Record<string, string | number | readonly string[] | undefined>;

export interface ReadOptions {
  query?: Query;
  signal?: AbortSignal;
}

/** The page's base is the folder of the dashboard, whatever prefix it has. */
function addressOf(path: string, query: Query = {}): URL {
  const url = new URL(`api/v1/${path}`, document.baseURI);
  for (const [key, value] of Object.entries(query))
    for (const each of [value].flat()) if (each !== undefined) url.searchParams.append(key, String(each));
  return url;
}

/** For links to what a browser saves as a file. */
export const hrefOf = (path: string, query?: Query): string => addressOf(path, query).href;

export async function readText(path: string, { query, signal }: ReadOptions = {}): Promise<string> {
  return send(addressOf(path, query), { signal: signal ?? null });
}

export async function read<T>(path: string, options: ReadOptions = {}): Promise<T> {
  return JSON.parse(await readText(path, options)) as T;
}

/** Sends JSON. `body` is its text, so that a number in it can be longer than JavaScript's. */
export async function write<T>(path: string, body = '{}'): Promise<T> {
  const headers = { 'content-type': 'application/json' };
  return JSON.parse(await send(addressOf(path), { method: 'POST', headers, body })) as T;
}

async function send(url: URL, init: RequestInit): Promise<string> {
  const headers = new Headers(init.headers);
  headers.set('accept', 'application/json');
  const response = await fetch(url, { ...init, headers }).catch((error: unknown) => {
    if (init.signal?.aborted) throw error;
    throw new ApiError(0, {});
  });
  const text = await response.text();
  if (!response.ok) throw new ApiError(response.status, problemOf(text));
  return text;
}

function problemOf(text: string): Problem {
  try {
    const { detail, message, errorCode, fix, issues } = JSON.parse(text) as Problem & { message?: string };
    return { detail: detail ?? message, errorCode, fix, issues };
  } catch {
    return {};
  }
}
