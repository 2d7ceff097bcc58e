import type { Executor, Statement } from '../../libs/jobs/src/store/statement.js';

/** A real database behind a line that can break before or after a statement. */
export class BreakingExecutor implements Executor {
  breakBefore = 0;
  breakAfter = 0;
  statements: string[] = [];

  constructor(private readonly inner: Executor) {}

  async run<P extends readonly unknown[], R>(statement: Statement<P, R>, params: P): Promise<R[]> {
    this.statements.push(statement.name);
    if (this.breakBefore-- > 0) throw Object.assign(new Error('connection reset'), { code: 'ECONNRESET' });
    const rows = await this.inner.run(statement, params);
    if (this.breakAfter-- > 0) throw Object.assign(new Error('connection reset'), { code: 'ECONNRESET' });
    return rows;
  }
}
