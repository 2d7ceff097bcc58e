// Runs `redocly lint` on an OpenAPI document from a file or from standard input. Exits with 1 if it finds a problem:
// `node scripts/lint-openapi.mjs openapi.json`.
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { readFileSync } from 'node:fs';

const [file] = process.argv.slice(2);
const config = await createConfig({ extends: ['recommended'] });
const problems = await lintFromString({ source: readFileSync(file ?? 0, 'utf8'), absoluteRef: 'openapi.json', config });
for (const { severity, ruleId, message, location } of problems)
  console.log(`${severity} ${ruleId} at ${location[0]?.pointer ?? '#/'}: ${message}`);
console.log(`${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
