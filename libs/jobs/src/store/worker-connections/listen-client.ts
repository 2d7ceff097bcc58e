import {
  connectionConfig,
  onConnectOf,
  type ConnectionRequest,
  type ConnectionSource,
} from '../connection/connection-config.js';
import { WorkerClient } from './worker-client.js';

const ANSWER_MS = 4_000;

/**
 * Makes connections for LISTEN, outside the pool and past any pooler. Null where LISTEN cannot work: through a pooler in
 * transaction mode it hears nothing.
 */
export function listenClients(
  source: ConnectionSource,
  { pooled, directUrl }: { pooled: boolean; directUrl?: string },
): (() => WorkerClient) | null {
  if (pooled && directUrl === undefined) return null;
  const request: ConnectionRequest = { purpose: 'listen', pooled, directUrl, answerMs: ANSWER_MS };
  return () => new WorkerClient(connectionConfig(source, request), onConnectOf(source));
}
