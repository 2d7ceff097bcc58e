import pg from 'pg';
import { createTestDatabase } from '../support/index.js';
import { runTakeOver } from './run-take-over.js';

/** A database with a small table of Go jobs, and what a test asks of it. */
export class GoJobs {
  private constructor(
    readonly url: string,
    readonly client: pg.Client,
    private readonly drop: () => Promise<void>,
  ) {}

  static async create(sql: string, { migrated = false } = {}): Promise<GoJobs> {
    const { url, drop } = await createTestDatabase({ migrated });
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(sql);
    return new GoJobs(url, client, drop);
  }

  async rows<T extends object = Record<string, unknown>>(text: string): Promise<T[]> {
    return (await this.client.query<T>(text)).rows;
  }

  takeOver(args: string[] = [], env: Record<string, string> = {}): Promise<string[]> {
    return runTakeOver(this.url, args, env);
  }

  /** Why each row is in quarantine, by its old id. */
  async quarantine(): Promise<Record<string, string>> {
    const rows = await this.rows<{ id: string; reason: string }>(
      'select old_id as id, reason from go_service.take_over_quarantine order by n',
    );
    return Object.fromEntries(rows.map(({ id, reason }) => [id, reason]));
  }

  async close(): Promise<void> {
    await this.client.end();
    await this.drop();
  }
}
