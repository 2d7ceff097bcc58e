export interface Welcome {
  /** URL of the API, such as `http://127.0.0.1:3000`. */
  address: string;
  /** The user whose reminder the printed command enqueues. */
  user?: { id: string; name: string };
  /** ISO week, such as `2024-W03`. */
  week: string;
  /** The token that the start has created, and its file. Left out if `JOBS_ADMIN_TOKEN` is set, which is not shown. */
  kept?: { token: string; file: string };
  /** Where the mail of the printed command arrives. */
  mail: string;
  /** Milliseconds from the start of the process until it was ready, and those spent on compiling. */
  readyMs: number;
  buildMs?: number;
}

/** The text for a first start: the addresses of everything, and a command that enqueues a job. */
export function welcome({ address, user, week, kept, mail, readyMs, buildMs }: Welcome): string {
  const places = [
    ['API', address],
    ['Dashboard', kept ? `${address}/jobs/sign-in?token=${kept.token}` : `${address}/jobs`],
    ['Docs', `${address}/docs`],
    ['Metrics', `${address}/metrics`],
    ['Health', `${address}/health/ready`],
    ['Mail', mail],
  ] as const;
  const lines = [
    `Monstera is ready in ${seconds(readyMs)}${buildMs === undefined ? '' : `, of it build ${seconds(buildMs)}`}`,
    '',
    ...places.map(([name, place]) => `${name.padEnd(11)}${place}`),
  ];
  return [...frame(lines), ...(user ? ['', ...invitation(address, user, week, kept?.file)] : []), ''].join('\n');
}

function invitation(address: string, user: { id: string; name: string }, week: string, file?: string): string[] {
  const body = JSON.stringify({ type: 'weekly_report_reminder', payload: { user_id: user.id, week } });
  return [
    `Enqueue a job: remind ${user.name} of the report of ${week}`,
    '',
    `  curl -X POST ${address}/jobs/api/v1/jobs -H 'content-type: application/json' \\`,
    `    -H "authorization: Bearer ${file ? `$(cat ${file})` : '$JOBS_ADMIN_TOKEN'}" \\`,
    `    -d '${body}'`,
  ];
}

/** Only the addresses get a frame, so that the command below it can be copied. */
function frame(lines: string[]): string[] {
  const width = Math.max(...lines.map((line) => line.length));
  const rule = '─'.repeat(width + 2);
  return [`┌${rule}┐`, ...lines.map((line) => `│ ${line.padEnd(width)} │`), `└${rule}┘`];
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
