import { loadEnvironment, takeOver } from '@monstera/monstera';

/** The command in this process: what it says, line by line. */
export async function runTakeOver(url: string, args: string[], env: Record<string, string> = {}): Promise<string[]> {
  const lines: string[] = [];
  await takeOver({
    environment: loadEnvironment({ DATABASE_URL: url, ...env }),
    args,
    onStop: () => undefined,
    say: (line) => lines.push(line),
  });
  return lines;
}
