import { headerOf, type AdminRequest } from './admin-request.js';

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/;
const LOOPBACK_NAME = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i;

/** What proxies, load balancers, content networks and tunnels add to what they pass on. */
const FORWARDING =
  /^(forwarded|via|cdn-loop|(x-)?true-client-ip|x-(forwarded|real|client|cluster|remote|original|originating|envoy|proxy|proxied|amzn|azure|arr|appengine|vercel|nf|tailscale|ngrok)(-.*)?|(cf|fastly|fly|tailscale|ngrok|akamai|incap|do|cloudfront)-.*)$/;

/**
 * Whether a request was made on this machine, to this machine. The name it was made to counts too: a page whose domain
 * was pointed at 127.0.0.1 comes from the user's own browser. So does any note of a proxy, whatever it says: a proxy or a
 * tunnel that ends on this machine makes requests of the whole world in its own name. One that adds no note shows itself
 * by HTTP/1.0, which nginx speaks unless it is told otherwise.
 */
export function isLocalRequest(request: AdminRequest): boolean {
  const { localAddress = '', remoteAddress = '' } = request.socket;
  if (!LOOPBACK.test(localAddress) || !LOOPBACK.test(remoteAddress)) return false;
  if (request.httpVersion === '1.0' || Object.keys(request.headers).some((name) => FORWARDING.test(name))) return false;
  return LOOPBACK_NAME.test(headerOf(request, 'host') ?? '');
}
