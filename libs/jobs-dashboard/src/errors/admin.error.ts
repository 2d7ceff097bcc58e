import { HttpException } from '@nestjs/common';
import type { JobsErrorIssue } from '@monstera/jobs';

export interface AdminErrorParts {
  code: string;
  what: string;
  fix?: string;
  issues?: readonly JobsErrorIssue[];
}

const MAX_ISSUES = 20;

/** An error of the admin API: a stable code, what is wrong, where, and how to fix it. */
export class AdminError extends HttpException {
  constructor(statusCode: number, { code, what, fix, issues = [] }: AdminErrorParts) {
    super({ statusCode, errorCode: code, message: what, issues: issues.slice(0, MAX_ISSUES), fix }, statusCode);
  }
}
