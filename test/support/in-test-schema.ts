import { inSchema } from '../../libs/jobs/src/store/in-schema.js';
import type { Executor } from '../../libs/jobs/src/store/statement.js';
import { testSchema } from './test-schema.js';

/** For stores that a test makes itself: their statements mean the tables where `npm run test:schema` has them. */
export function inTestSchema(executor: Executor): Executor {
  return inSchema(executor, testSchema);
}
