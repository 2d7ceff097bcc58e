import { register } from 'node:module';
import { codeByUrl } from './apply.js';

// Breaks the built library in the process that imports this before anything else, and in its threads, for the scenarios
// that the URL names: `dist/preload.js?scenario=kill`.
const scenarios = new URL(import.meta.url).searchParams.getAll('scenario');
register('./append.js', import.meta.url, { data: codeByUrl(scenarios) });
