import { HttpException } from '@nestjs/common';
import type { JobsErrorIssue } from '@monstera/jobs';

export interface AdminErrorParts {
  code: string;
  what: string;
  fix?: string;
  issues?: readonly JobsErrorIssue[];
}

const MAX_ISSUES = 20;

/** An error as the admin API throws it: a stable code, what, where and how to mend it. */
export class AdminError extends HttpException {
  constructor(statusCode: number, { code, what, fix, issues = [] }: AdminErrorParts) {
    super({ statusCode, errorCode: code, message: what, issues: issues.slice(0, MAX_ISSUES), fix }, statusCode);
  }
}
