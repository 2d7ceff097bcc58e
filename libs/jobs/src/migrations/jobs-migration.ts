import type { MigrationInterface, QueryRunner } from 'typeorm';
import { inSchemaText } from '../job/validate/schema-name.js';
import { dataSourceOf } from '../support/typeorm-versions.js';
import { jobsSchemaOf } from './jobs-schema.js';
import { isSchemaMissing, makeSchema, schemaSql } from './make-schema.js';

/** Runs an SQL text that has its tables in braces. */
export type QueryInSchema = (text: string) => Promise<unknown>;

/** A migration of the library's tables. It makes their schema if that is missing. */
export abstract class JobsMigration implements MigrationInterface {
  /** The schema of the tables. Default: what `jobsSchemaOf()` finds. */
  protected readonly schema?: string;

  async up(runner: QueryRunner): Promise<void> {
    const schema = this.schemaFor(runner);
    await makeSchema(runner, schema);
    await this.create((text) => runner.query(inSchemaText(text, schema)), runner, schema);
  }

  /** The texts that `up` would send, in order. Only reads. */
  async sql(runner: QueryRunner): Promise<string[]> {
    const schema = this.schemaFor(runner);
    const texts = schema !== undefined && (await isSchemaMissing(runner, schema)) ? [schemaSql(schema)] : [];
    await this.create(async (text) => texts.push(inSchemaText(text, schema)), runner, schema);
    return texts;
  }

  async down(runner: QueryRunner): Promise<void> {
    const schema = this.schemaFor(runner);
    await this.drop((text) => runner.query(inSchemaText(text, schema)), runner, schema);
  }

  protected abstract create(query: QueryInSchema, runner: QueryRunner, schema: string | undefined): Promise<void>;
  protected abstract drop(query: QueryInSchema, runner: QueryRunner, schema: string | undefined): Promise<void>;

  private schemaFor(runner: QueryRunner): string | undefined {
    return this.schema ?? jobsSchemaOf(dataSourceOf(runner));
  }
}
