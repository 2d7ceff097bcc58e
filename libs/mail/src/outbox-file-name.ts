import { createHash } from 'node:crypto';

/** File systems allow 255 bytes, including the hash and the extension. */
const MAX_NAME_LENGTH = 150;

/**
 * The name comes from the Message-ID, so that a mail that is sent again replaces its file. If the id is too long or has
 * other characters, a hash is added. So no two ids share a name.
 */
export function outboxFileName(messageId: string): string {
  const id = messageId.replace(/^<|>$/g, '');
  const safe = id.replace(/[^\w.@+-]/g, '_').replace(/^(\.|$)/, '_$1');
  const name = safe.slice(0, MAX_NAME_LENGTH);
  if (name === id) return `${name}.eml`;
  return `${name}.${createHash('sha256').update(id).digest('hex').slice(0, 16)}.eml`;
}
