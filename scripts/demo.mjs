// `npm run demo`: an application under load on an embedded PostgreSQL, to look at.
import { ensureBuilt } from './ensure-built.mjs';

ensureBuilt();
await import('../apps/demo/dist/main.js');
