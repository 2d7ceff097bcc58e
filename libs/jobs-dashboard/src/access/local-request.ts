import { headerOf, type AdminRequest } from './admin-request.js';

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/;
const LOOPBACK_NAME = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i;

/** Headers that proxies, load balancers, content networks and tunnels add to a request. */
const FORWARDING =
  /^(forwarded|via|cdn-loop|(x-)?true-client-ip|x-(forwarded|real|client|cluster|remote|original|originating|envoy|proxy|proxied|amzn|azure|arr|appengine|vercel|nf|tailscale|ngrok)(-.*)?|(cf|fastly|fly|tailscale|ngrok|akamai|incap|do|cloudfront)-.*)$/;

/**
 * Whether a request was made on this machine and addressed to it. Loopback addresses alone do not prove that:
 * - The host name must be local too. A foreign domain that resolves to 127.0.0.1 reaches us through the user's browser.
 * - A header of a proxy or tunnel rules it out, because these pass on requests from anywhere.
 * - HTTP/1.0 rules it out as well. nginx uses it by default, even if it adds no header.
 */
export function isLocalRequest(request: AdminRequest): boolean {
  const { localAddress = '', remoteAddress = '' } = request.socket;
  if (!LOOPBACK.test(localAddress) || !LOOPBACK.test(remoteAddress)) return false;
  if (request.httpVersion === '1.0' || Object.keys(request.headers).some((name) => FORWARDING.test(name))) return false;
  return LOOPBACK_NAME.test(headerOf(request, 'host') ?? '');
}
