import type { StandardSchemaV1 } from '@standard-schema/spec';

/** Takes every payload as it is, where the schema of the type is another process's to know. The worker checks it. */
export const ANY_PAYLOAD: StandardSchemaV1 = {
  '~standard': { version: 1, vendor: '@monstera/jobs', validate: (value) => ({ value }) },
};
