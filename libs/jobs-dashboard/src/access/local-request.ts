import { headerOf, type AdminRequest } from './admin-request.js';

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/;
const LOOPBACK_NAME = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i;

/**
 * Whether a request was made on this machine, to this machine. The name it was made to counts too: a page whose domain
 * was pointed at 127.0.0.1 comes from the user's own browser. So does a proxy's note: a tunnel ends on this machine.
 */
export function isLocalRequest(request: AdminRequest): boolean {
  const { localAddress = '', remoteAddress = '' } = request.socket;
  if (!LOOPBACK.test(localAddress) || !LOOPBACK.test(remoteAddress)) return false;
  if (headerOf(request, 'x-forwarded-for') !== undefined || headerOf(request, 'forwarded') !== undefined) return false;
  return LOOPBACK_NAME.test(headerOf(request, 'host') ?? '');
}
