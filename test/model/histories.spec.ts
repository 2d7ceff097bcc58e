import fc from 'fast-check';
import { History } from './history.js';
import { histories } from './operations.js';
import { System } from './system.js';
import { useStarted } from '../support/use-started.js';

/** `npm run test:model` sets these; a seed and a path from a failed run repeat it. */
const { MODEL_HISTORIES = '300', MODEL_SEED, MODEL_PATH } = process.env;
const HISTORIES = Number(MODEL_HISTORIES);
const MAX_STEPS = 50;

/** Finding a smaller counter-example takes a few hundred runs more. */
const TIMEOUT_MS = 120_000 + HISTORIES * 500;

describe('a random history of a few jobs and workers', () => {
  const system = useStarted((url) => System.open(url));

  it(
    `goes as the reference model says, ${HISTORIES} times`,
    async () => {
      const seed = MODEL_SEED === undefined ? undefined : Number(MODEL_SEED);
      let steps = 0;
      const property = fc.asyncProperty(histories(MAX_STEPS), async (operations) => {
        steps += operations.length;
        await new History(system).run(operations);
      });
      await fc.assert(property, { numRuns: HISTORIES, seed, path: MODEL_PATH });
      expect(steps).toBeGreaterThan(HISTORIES);
    },
    TIMEOUT_MS,
  );
});
