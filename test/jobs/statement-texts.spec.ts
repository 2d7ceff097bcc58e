import pg from 'pg';
import { runOn } from '../../libs/jobs/src/store/connection/executors.js';
import { textStatement, statement } from '../../libs/jobs/src/store/statement.js';
import { WorkerClient } from '../../libs/jobs/src/store/worker-connections/worker-client.js';
import { useDatabase } from '../support/use-database.js';

const TEXTS = { text17: `select '17' as sent`, pooledText: `select 'pooled' as sent` };
const PLAIN = statement<[], { sent: string }>('plain', `select 'any' as sent`, TEXTS);
const AS_TEXT = textStatement<[], { sent: string }>(
  'hot',
  `select 'any' as sent`,
  ([sent]) => ({ sent: sent! }),
  TEXTS,
);

describe.each([
  ['a statement', PLAIN],
  ['a text statement', AS_TEXT],
])('the text of %s', (_, sending) => {
  const database = useDatabase();
  let client: WorkerClient;
  let stranger: pg.Client;
  let major: number;

  beforeAll(async () => {
    database.closeFirst(() => Promise.all([client.end(), stranger.end()]));
    client = new WorkerClient({ connectionString: database.url });
    stranger = new pg.Client({ connectionString: database.url });
    await Promise.all([client.connect(), stranger.connect()]);
    const { rows } = await stranger.query<{ major: number }>(
      `select current_setting('server_version_num')::int / 10000 as major`,
    );
    major = rows[0]!.major;
  });

  it('is the one for the version that the server of a worker has', async () => {
    expect(client.serverMajor).toBe(major);
    expect(await runOn(client, sending, [], true)).toEqual([{ sent: major >= 17 ? '17' : 'any' }]);
  });

  it('is the one for all versions on connections that do not tell', async () => {
    expect(await runOn(stranger, sending, [], true)).toEqual([{ sent: 'any' }]);
  });

  it('is the one for poolers behind a pooler, whatever the version', async () => {
    expect(await runOn(client, sending, [], false)).toEqual([{ sent: 'pooled' }]);
  });
});
