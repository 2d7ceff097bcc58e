import { z } from 'zod';
import { defineJob } from '../job/job-definition.js';
import type { QueueOption } from '../job/validate/queue-option.js';
import { queuesLookWrong } from './boot-advice.js';

const payload = z.object({});
const ping = defineJob({ type: 'ping', payload });
const mail = defineJob({ type: 'mail', payload, queue: 'mail' });

describe('the option queues', () => {
  it.each<[QueueOption[] | undefined, string]>([
    [undefined, 'left out'],
    [['default', 'mail'], 'those of the processors'],
    [['mail'], 'some of them'],
    [[{ name: 'mail', weight: 3 }, 'bulk'], 'one more, for jobs enqueued with it'],
  ])('%j looks right: %s', (queues) => {
    expect(queuesLookWrong(queues, [ping, mail])).toBeNull();
  });

  it.each<[QueueOption[], RegExp]>([
    [['defualt'], /"defualt".*Did you mean "default"/],
    [['default', { name: 'mial' }], /"mial".*Did you mean "mail"/],
    [['reports'], /No processor here has one of the queues.*\(reports\).*default, mail/],
  ])('%j looks wrong', (queues, message) => {
    expect(queuesLookWrong(queues, [ping, mail])).toMatch(message);
  });
});
