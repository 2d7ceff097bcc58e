// `npm start`: the API runs in this very process, so that a signal reaches the application and nothing in between.
import { ensureBuilt } from './ensure-built.mjs';

ensureBuilt();
await import('../apps/api/dist/main.js');
