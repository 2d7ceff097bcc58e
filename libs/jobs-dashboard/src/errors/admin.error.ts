import { HttpException } from '@nestjs/common';
import type { JobsErrorIssue } from '@monstera/jobs';
import { z } from 'zod';

/** The body of every error of the admin API. */
export const errorBodySchema = z.object({
  statusCode: z.int(),
  errorCode: z.string().meta({ description: 'Stable, the same in logs and documentation.', example: 'JOBS_NOT_FOUND' }),
  message: z.string(),
  issues: z.array(z.object({ path: z.string(), message: z.string() })),
  fix: z.string().optional().meta({ description: 'How to mend it.' }),
});

export interface AdminErrorParts {
  code: string;
  what: string;
  fix?: string;
  issues?: readonly JobsErrorIssue[];
}

const MAX_ISSUES = 20;

/** An error as the admin API answers it: a stable code, what, where and how to mend it. */
export class AdminError extends HttpException {
  constructor(statusCode: number, { code, what, fix, issues = [] }: AdminErrorParts) {
    const body: z.infer<typeof errorBodySchema> = {
      statusCode,
      errorCode: code,
      message: what,
      issues: issues.slice(0, MAX_ISSUES),
      fix,
    };
    super(body, statusCode);
  }
}
