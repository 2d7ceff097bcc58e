import { codeByUrl, replacementsMade } from './apply.js';
import { BREAKS } from './breaks.js';

// With preload.js before it: loads every module that is to be broken, and says whether each replacement was made.
const scenarios = process.argv.slice(2);
const wanted = BREAKS.filter(({ scenario }) => scenarios.includes(scenario)).flatMap(
  ({ replacements }) => replacements,
);
try {
  for (const url of codeByUrl(scenarios).keys()) await import(url);
  console.log(`${replacementsMade()} of ${wanted.length} replacements made`);
} catch (error) {
  console.log((error as Error).stack);
}
process.exitCode = replacementsMade() === wanted.length ? 0 : 1;
