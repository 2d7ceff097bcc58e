import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { startEmbeddedPostgres } from './start-embedded-postgres.js';

const settings = ['fsync=off'];

describe('startEmbeddedPostgres', () => {
  let root: string;
  let dataDir: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'monstera-embedded-'));
    await chmod(root, 0o755);
    dataDir = join(root, 'postgres');
  });

  afterEach(async () => {
    await rm(await realpath(dataDir), { recursive: true });
    await rm(root, { recursive: true });
  });

  async function query(url: string, text: string): Promise<unknown[]> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query({ text, rowMode: 'array' })).rows.flat();
    } finally {
      await client.end();
    }
  }

  async function startOnce(work: (url: string) => Promise<unknown> = async () => undefined): Promise<void> {
    const server = await startEmbeddedPostgres({ dataDir, settings });
    try {
      await work(server.url);
    } finally {
      await server.stop();
    }
  }

  /** A server whose application is killed without a chance to stop it. */
  async function startAndKillOwner(): Promise<string> {
    const module = pathToFileURL(resolve('libs/database/src/index.ts')).href;
    const script = `const { startEmbeddedPostgres } = await import('${module}');
      console.log((await startEmbeddedPostgres(${JSON.stringify({ dataDir, settings })})).url);
      setInterval(() => undefined, 1000);`;
    const flags = ['--import', '@swc-node/register/esm-register', '--input-type=module', '-e', script];
    const owner = spawn(process.execPath, flags, { stdio: ['ignore', 'pipe', 'inherit'] });
    const [url] = await once(owner.stdout, 'data');
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    return String(url).trim();
  }

  it('keeps its data between runs and listens on the loopback interface only', async () => {
    await startOnce(async (url) => {
      expect(new URL(url).hostname).toBe('127.0.0.1');
      expect(await query(url, 'show listen_addresses')).toEqual(['127.0.0.1']);
      expect(await query(url, 'show unix_socket_directories')).toEqual(['']);
      await query(url, 'create table kept as select 42 as answer');
    });

    await startOnce(async (url) => expect(await query(url, 'select answer from kept')).toEqual([42]));
  });

  it('asks for a password that no other user can read', async () => {
    await startOnce(async (url) => {
      const wrong = new URL(url);
      wrong.password = 'wrong';

      await expect(query(wrong.href, 'select 1')).rejects.toMatchObject({ code: '28P01' });
      expect((await stat(join(dataDir, 'password'))).mode & 0o077).toBe(0);
    });
  });

  it('survives an application that was killed: stops the server left over and keeps what was committed', async () => {
    const url = await startAndKillOwner();
    await query(url, 'create table kept as select 42 as answer');

    await startOnce(async (next) => {
      expect(await query(next, 'select answer from kept')).toEqual([42]);
      await expect(query(url, 'select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    });
  });

  it('survives a lock file whose process number belongs to something else by now', async () => {
    await startOnce();
    await writeFile(join(dataDir, 'cluster', 'postmaster.pid'), '1\n');

    await startOnce(async (url) => expect(await query(url, 'select 1')).toEqual([1]));
  });

  it('refuses files that a running application uses, and names it', async () => {
    await startOnce(async () => {
      await expect(startEmbeddedPostgres({ dataDir, settings })).rejects.toMatchObject({
        code: 'MONSTERA_DATABASE_IN_USE',
        fix: `Stop it first: kill ${process.pid}`,
      });
    });
  });

  it('starts over after an initialisation that was interrupted', async () => {
    await mkdir(join(dataDir, 'cluster.new', 'base'), { recursive: true });

    await startOnce(async (url) => expect(await query(url, 'select 1')).toEqual([1]));
  });

  it('starts in a folder that only its owner may enter, as root too', async () => {
    await chmod(root, 0o700);

    await startOnce((url) => query(url, 'create table kept as select 42 as answer'));
    await startOnce(async (url) => expect(await query(url, 'select answer from kept')).toEqual([42]));
  });

  it('refuses the files of another major version and leaves them alone', async () => {
    const version = join(dataDir, 'cluster', 'PG_VERSION');
    await mkdir(join(dataDir, 'cluster'), { recursive: true });
    await writeFile(version, '17\n');

    await expect(startEmbeddedPostgres({ dataDir })).rejects.toMatchObject({ code: 'MONSTERA_DATABASE_VERSION' });
    expect(await readFile(version, 'utf8')).toBe('17\n');
  });

  it('shows the end of the server log when a setting is wrong', async () => {
    await expect(startEmbeddedPostgres({ dataDir, settings: ['fsync=off', 'work_mem=lots'] })).rejects.toMatchObject({
      code: 'MONSTERA_DATABASE_NOT_STARTED',
      message: expect.stringContaining('invalid value for parameter "work_mem"'),
    });
  });
});
