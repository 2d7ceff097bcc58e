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
    const { errorCode } = this.problem;
    return this.status === 404 && (errorCode === 'JOBS_UNKNOWN_ROUTE' || !errorCode?.startsWith('JOBS_'));
  }

  get needsSignIn(): boolean {
    return this.problem.errorCode === 'JOBS_ADMIN_UNAUTHORIZED';
  }
}

export type Query = Record<string, string | number | readonly string[] | undefined>;

export interface ReadOptions {
  query?: Query;
  signal?: AbortSignal;
  /** Whether the server may answer with what it has told another page within the last two seconds. */
  isShared?: boolean;
}

/** The page's base is the folder of the dashboard, whatever prefix it has. */
function addressOf(path: string, query: Query = {}): URL {
  const url = new URL(`api/v1/${path}`, document.baseURI);
  for (const [key, value] of Object.entries(query))
    for (const each of [value].flat()) if (each !== undefined) url.searchParams.append(key, String(each));
  return url;
}

const SHARED = { 'cache-control': 'max-age=2' };

export async function readText(path: string, { query, signal, isShared }: ReadOptions = {}): Promise<string> {
  return send(addressOf(path, query), { signal: signal ?? null, headers: isShared ? SHARED : {} });
}

/** For links to what a browser saves as a file. */
export const hrefOf = (path: string, query?: Query): string => addressOf(path, query).href;

export async function read<T>(path: string, options: ReadOptions = {}): Promise<T> {
  return JSON.parse(await readText(path, options)) as T;
}

/** Opens the stream of events. Rejects if the server refuses it. */
export async function openEvents(jobId: string | undefined, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
  const headers = { accept: 'text/event-stream' };
  const response = await fetch(addressOf('events', { job: jobId }), { headers, signal, cache: 'no-store' });
  if (!response.ok || !response.body) throw new ApiError(response.status, {});
  return response.body;
}

/** Sends JSON. `body` is its text, so that a number in it can be longer than JavaScript's. */
export async function write<T>(path: string, body = '{}', method: 'POST' | 'PATCH' = 'POST'): Promise<T> {
  const headers = { 'content-type': 'application/json' };
  return JSON.parse(await send(addressOf(path), { method, headers, body })) as T;
}

export async function remove(path: string): Promise<void> {
  await send(addressOf(path), { method: 'DELETE' });
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
