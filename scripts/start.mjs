// `npm start`. The API runs in this process, so that signals reach it directly.
import { ensureBuilt } from './ensure-built.mjs';

ensureBuilt();
await import('../apps/api/dist/main.js');
