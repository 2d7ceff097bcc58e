// `npm run sql:render`: writes the text of every statement of libs/jobs to libs/jobs/statements, where it can be read,
// explained and reviewed. test/statements holds these files to the code.
import '@swc-node/register/esm-register';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const { RENDERED, renderStatements } = await import('../test/statements/render-statements.ts');

const project = fileURLToPath(new URL('..', import.meta.url));
const target = join(project, RENDERED);
const rendered = await renderStatements(project, (file) => import(pathToFileURL(file).href));
rmSync(target, { recursive: true, force: true });
for (const { file, content } of rendered) {
  const path = join(target, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
console.log(`Wrote ${rendered.length} texts to ${RENDERED}`);
