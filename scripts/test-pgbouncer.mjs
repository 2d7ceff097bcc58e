// `npm run test:pgbouncer -- [paths for Jest]`: runs the integration tests with PgBouncer in transaction mode between the
// applications and the database. Exits with 2 if PgBouncer is not installed (Debian: apt-get install pgbouncer).
import '@swc-node/register/esm-register';
import { spawn, spawnSync } from 'node:child_process';
import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

/** Not run here: these specs install packages or change passwords, which a pooler keeps on its own. */
const APART = ['/node_modules/', '/test/hosts/', 'connections/rotation'];
const SUITES = ['test/jobs', 'test/features', 'test/apps', 'test/model'];
const PROGRAM = ['/usr/sbin/pgbouncer', 'pgbouncer'].find((name) => spawnSync(name, ['--version']).status === 0);
const START_TIMEOUT_MS = 10_000;

if (!PROGRAM) {
  console.error('not run: pgbouncer is not installed (Debian: apt-get install pgbouncer)');
  process.exit(2);
}

/** PgBouncer refuses to run as root, so it uses the user that the embedded server has created. */
function account() {
  if (process.getuid() !== 0) return {};
  const id = (flag) => Number(spawnSync('id', [flag, 'postgres']).stdout);
  return { uid: id('-u'), gid: id('-g') };
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function settings(server, port, users) {
  return `[databases]
* = host=${server.hostname} port=${server.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
pool_mode = transaction
auth_type = scram-sha-256
auth_file = ${users}
auth_user = ${server.username}
admin_users = ${server.username}
auth_query = select usename, passwd from pg_shadow where usename = $1
max_client_conn = 2000
default_pool_size = 20
server_idle_timeout = 10
`;
}

async function accepts(port) {
  const socket = connect(port, '127.0.0.1');
  const answer = await Promise.race([
    new Promise((resolve) => socket.once('connect', () => resolve(true))),
    new Promise((resolve) => socket.once('error', () => resolve(false))),
  ]);
  socket.destroy();
  return answer;
}

async function startPooler(serverUrl, folder) {
  const server = new URL(serverUrl);
  const port = await freePort();
  const [users, config] = [join(folder, 'users.txt'), join(folder, 'pgbouncer.ini')];
  await writeFile(users, `"${server.username}" "${decodeURIComponent(server.password)}"\n`, { mode: 0o600 });
  await writeFile(config, settings(server, port, users), { mode: 0o600 });
  const user = account();
  await chmod(folder, 0o755);
  if (user.uid !== undefined) await Promise.all([users, config].map((file) => chown(file, user.uid, user.gid)));
  const pooler = spawn(PROGRAM, ['-q', config], { ...user, cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] });
  let output = '';
  pooler.stderr.on('data', (chunk) => (output += chunk));
  for (const deadline = performance.now() + START_TIMEOUT_MS; !(await accepts(port)); await delay(50))
    if (pooler.exitCode !== null || performance.now() > deadline)
      throw new Error(`PgBouncer did not start:\n${output}`);
  return { port, stop: () => pooler.kill('SIGTERM') };
}

/** Counts the pooler's transactions. A run that bypassed the pooler would prove nothing. */
async function transactions(serverUrl, port) {
  const client = new pg.Client({
    connectionString: Object.assign(new URL(serverUrl), { port, pathname: '/pgbouncer' }).href,
  });
  await client.connect();
  const { rows } = await client.query('show stats');
  await client.end();
  return rows.reduce((sum, { total_xact_count }) => sum + Number(total_xact_count), 0);
}

const folder = await mkdtemp(join(tmpdir(), 'monstera-pgbouncer-'));
const { startTestServer } = await import('../test/support/test-server.ts');
const server = await startTestServer();
const pooler = await startPooler(server.url, folder);
console.log(`PgBouncer in transaction mode on port ${pooler.port}`);

const jest = spawn(
  process.execPath,
  [
    'node_modules/jest/bin/jest.js',
    ...(process.argv.slice(2).length > 0 ? process.argv.slice(2) : SUITES),
    ...APART.map((path) => `--testPathIgnorePatterns=${path}`),
  ],
  {
    env: { ...process.env, TEST_DATABASE_URL: server.url, MONSTERA_TEST_POOLER_PORT: String(pooler.port) },
    stdio: 'inherit',
  },
);
const code = await new Promise((resolve) => jest.once('exit', (status) => resolve(status ?? 1)));
const passed = await transactions(server.url, pooler.port);
console.log(`At least ${passed} transactions went through PgBouncer`);
pooler.stop();
await server.stop();
await rm(folder, { recursive: true, force: true });
process.exit(passed === 0 ? 1 : code);
