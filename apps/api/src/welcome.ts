export interface Welcome {
  /** Such as `http://127.0.0.1:3000`. */
  address: string;
  /** Somebody whose reminder the printed command enqueues. */
  user?: { id: string; name: string };
  /** ISO week, such as `2024-W03`. */
  week: string;
  /** The token that the start has made, and where it keeps it; without, that of `JOBS_ADMIN_TOKEN`, which is not shown. */
  kept?: { token: string; file: string };
  /** Where to look for the mail. */
  mail: string;
  /** Milliseconds since the process started, and those of them that went into compiling. */
  readyMs: number;
  buildMs?: number;
}

/** What a newcomer needs to see first: where everything is, and a command that makes something happen. */
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

/** Outside of the frame nothing is boxed in, so that the command can be copied as it is. */
function frame(lines: string[]): string[] {
  const width = Math.max(...lines.map((line) => line.length));
  const rule = '─'.repeat(width + 2);
  return [`┌${rule}┐`, ...lines.map((line) => `│ ${line.padEnd(width)} │`), `└${rule}┘`];
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
