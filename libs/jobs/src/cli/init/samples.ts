/** How the files of an application name one another, and what tests them. */
export interface SampleStyle {
  /** Behind the names of files in imports: `.js` in ES modules, nothing in CommonJS. */
  extension: '.js' | '';
  runner: 'jest' | 'vitest' | 'node';
}

export const SAMPLE_FOLDER = 'jobs';
export const PROCESSOR = 'SendWelcomeProcessor';

/** The files of the sample, by name. */
export function sampleFiles({ extension, runner }: SampleStyle): Record<string, string> {
  return {
    'send-welcome.job.ts': DEFINITION,
    'send-welcome.processor.ts': processor(extension),
    'send-welcome.processor.spec.ts': SPECS[runner](extension),
  };
}

const DEFINITION = `import { defineJob } from '@monstera/jobs';
import { z } from 'zod';

export const sendWelcome = defineJob({
  type: 'send_welcome',
  payload: z.object({ email: z.string().min(3) }),
  maxAttempts: 5,
});
`;

const processor = (
  extension: string,
) => `import { ProcessesJob, type Job, type JobContext, type JobProcessor } from '@monstera/jobs';
import { Injectable } from '@nestjs/common';
import { sendWelcome } from './send-welcome.job${extension}';

@Injectable()
@ProcessesJob(sendWelcome)
export class SendWelcomeProcessor implements JobProcessor<typeof sendWelcome> {
  async process(job: Job<typeof sendWelcome>, context: JobContext) {
    context.logger.log(\`Welcome, \${job.payload.email}\`);
    return { greeted: job.payload.email };
  }
}
`;

const imports = (extension: string) => `import type { Job, JobContext } from '@monstera/jobs';
import type { sendWelcome } from './send-welcome.job${extension}';
import { SendWelcomeProcessor } from './send-welcome.processor${extension}';
`;

const BODY = `  const job = { payload: { email: 'ada@example.com' } } as Job<typeof sendWelcome>;
  const context = { logger: { log: () => undefined } } as unknown as JobContext;
  const result = await new SendWelcomeProcessor().process(job, context);`;

const EXPECTED = "{ greeted: 'ada@example.com' }";

const SPECS: Record<SampleStyle['runner'], (extension: string) => string> = {
  jest: (extension) => `${imports(extension)}
it('welcomes who has signed up', async () => {
${BODY}
  expect(result).toEqual(${EXPECTED});
});
`,
  vitest: (extension) => `${imports(extension)}import { expect, it } from 'vitest';

it('welcomes who has signed up', async () => {
${BODY}
  expect(result).toEqual(${EXPECTED});
});
`,
  node: (extension) => `${imports(extension)}import { deepStrictEqual } from 'node:assert';
import { it } from 'node:test';

void it('welcomes who has signed up', async () => {
${BODY}
  deepStrictEqual(result, ${EXPECTED});
});
`,
};
