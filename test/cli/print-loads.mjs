// With `--import`: prints the address of each module that a process loads, to standard error.
import { register } from 'node:module';

const HOOKS = `
  import { writeSync } from 'node:fs';

  export async function resolve(specifier, context, next) {
    const resolved = await next(specifier, context);
    writeSync(2, resolved.url + '\\n');
    return resolved;
  }`;

register(`data:text/javascript,${encodeURIComponent(HOOKS)}`);
