import { createHash } from 'node:crypto';
import { inSchemaText } from '../job/validate/schema-name.js';
import type { Executor, Statement } from './statement.js';

/** The statements of each schema, made once. */
const made = new Map<string, WeakMap<object, unknown>>();

/** An executor whose statements use the tables of the given schema. Without a schema, the search path decides. */
export function inSchema(executor: Executor, schema: string | undefined): Executor {
  return schema === undefined ? executor : new SchemaExecutor(executor, schema);
}

class SchemaExecutor implements Executor {
  private readonly statements: WeakMap<object, unknown>;

  constructor(
    private readonly executor: Executor,
    private readonly schema: string,
  ) {
    const known = made.get(schema) ?? new WeakMap<object, unknown>();
    made.set(schema, known);
    this.statements = known;
  }

  run<Params extends readonly unknown[], Row>(statement: Statement<Params, Row>, params: Params): Promise<Row[]> {
    let placed = this.statements.get(statement) as Statement<Params, Row> | undefined;
    if (!placed) this.statements.set(statement, (placed = statementIn(statement, this.schema)));
    return this.executor.run(placed, params);
  }
}

/** The statement in a schema, under a name of its own: both may be prepared on one connection. */
function statementIn<Params extends readonly unknown[], Row>(
  statement: Statement<Params, Row>,
  schema: string,
): Statement<Params, Row> {
  const { template } = statement;
  const place = (text: string) => inSchemaText(text, schema);
  return Object.freeze({
    ...statement,
    name: `${statement.name}_${createHash('sha256').update(schema).digest('hex').slice(0, 8)}`,
    text: place(template.text),
    ...(template.text17 !== undefined && { text17: place(template.text17) }),
    ...(template.pooledText !== undefined && { pooledText: place(template.pooledText) }),
  });
}
