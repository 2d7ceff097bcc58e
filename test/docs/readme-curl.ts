/** The commands of a shell snippet, each on one line. */
export function commandsOf(text: string): string[] {
  return text.replaceAll('\\\n', '').trimEnd().split('\n');
}

/** The README's command as a shell would take it apart, sent with the token of the file to where the application listens. */
export function curl(command: string, address: string, token: string): Promise<Response> {
  const url = /http:\/\/127\.0\.0\.1:3000(\S*)/.exec(command)?.[1] ?? '';
  const shown = [...command.matchAll(/-H (['"])(\S+): (.+?)\1/g)].map(([, , name, value]) => [
    name,
    value!.replace(/\$TOKEN|\$\(cat \.data\/admin-token\)/, token),
  ]);
  const body = /-d '([^']+)'/.exec(command)?.[1];
  const method = /-X (\w+)/.exec(command)?.[1] ?? 'GET';
  return fetch(`${address}${url}`, { method, body, headers: Object.fromEntries(shown) as Record<string, string> });
}
