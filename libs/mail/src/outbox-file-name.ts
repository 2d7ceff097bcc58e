import { createHash } from 'node:crypto';

/** Well inside the 255 bytes that file systems allow. */
const MAX_NAME_LENGTH = 150;

/**
 * The Message-ID decides the name, so that a mail sent again replaces its file. Two ids never share one: an id that is
 * too long or has characters a file name should not have is told apart by its hash.
 */
export function outboxFileName(messageId: string): string {
  const id = messageId.replace(/^<|>$/g, '');
  const plain = id.replace(/[^\w.@+-]/g, '_').replace(/^(\.|$)/, '_$1');
  const name = plain.slice(0, MAX_NAME_LENGTH);
  if (name === id) return `${name}.eml`;
  return `${name}.${createHash('sha256').update(id).digest('hex').slice(0, 16)}.eml`;
}
