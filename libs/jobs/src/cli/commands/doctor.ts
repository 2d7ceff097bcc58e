import type { Command } from 'commander';
import type { Finding } from '../../observe/doctor/findings.js';
import { EXIT } from '../failure.js';
import type { Run } from '../call.js';

/** `doctor`: what is wrong with the database and the fleet, and how to mend it. */
export function addDoctorCommand(program: Command, run: Run): void {
  program
    .command('doctor')
    .description('examines the schema, indexes, storage and workers; exit code 1 if it finds a problem')
    .action((_: object, command: Command) =>
      run(command, async ({ session, out }) => {
        const findings = await session.examine();
        const problems = findings.filter(({ severity }) => severity === 'problem').length;
        await out.answer({ problems, findings }, () => doctorLines(findings, problems));
        return problems > 0 ? EXIT.trouble : EXIT.fine;
      }),
    );
}

function doctorLines(findings: readonly Finding[], problems: number): string[] {
  const sum =
    findings.length === 0
      ? 'Nothing is wrong.'
      : `${problems} problem${problems === 1 ? '' : 's'}, ${findings.length - problems} more to look at.`;
  return [...findings.flatMap(findingLines), sum];
}

function findingLines({ severity, code, what, remedy }: Finding): string[] {
  return [`${severity === 'problem' ? '✗' : '!'} ${code}: ${what}`, `    ${remedy}`, ''];
}
