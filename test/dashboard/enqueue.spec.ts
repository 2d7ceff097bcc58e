import { defineJob } from '@monstera/jobs';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { tablesOf, TOKEN } from '../apps/admin-host.js';
import { dashboardLab, VIEWER } from './lab.js';

const invoice = defineJob({
  type: 'send_invoice',
  queue: 'mail',
  payload: z.object({
    invoice_id: z.int().min(1),
    to: z.email().meta({ description: 'Who gets it' }),
    kind: z.enum(['first', 'reminder']),
    urgent: z.boolean().default(false),
    lines: z.array(z.string()).optional(),
    address: z.object({ city: z.string(), zip: z.string().optional() }),
  }),
});
const anything = defineJob({ type: 'anything', payload: z.record(z.string(), z.unknown()) });

describe('the screen Enqueue in a browser', () => {
  const lab = dashboardLab({ definitions: [invoice, anything] });

  const query = <T>(text: string, values: unknown[] = []): Promise<T[]> =>
    lab.host().get(DataSource).query(text, values);
  const jobs = () =>
    query<{ type: string; queue: string; payload: unknown; priority: number; tags: string[]; later: boolean }>(
      `select type, queue, payload, priority, tags, unique_key, scheduled_at > now() + interval '9 minutes' as later from jobs`,
    );

  beforeAll(async () => {
    await query(
      `insert into job_types (type, queue, priority, max_attempts, timeout_ms, retry) values ('remote', 'q', 5, 5, 1000, '{}')`,
    );
  });

  it('finds a type, fills its form, shows what the server refuses, and enqueues', async () => {
    const page = await lab.open();
    await page.getByRole('heading', { name: 'There are no jobs yet' }).waitFor();
    await page.keyboard.press('n');
    await page.getByRole('heading', { name: 'Which job?' }).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('INVO');
    await page.getByText('anything').waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'send_invoice' }).click();

    await page.getByLabel('invoice_id').fill('0');
    await page.getByLabel('to', { exact: true }).fill('nobody');
    await page.getByLabel('kind').selectOption('reminder');
    await page.getByLabel('Priority').selectOption('2');
    await page.getByLabel('Delay').fill('10m');
    await page.getByLabel('Tags').fill('vip, b/c');
    await page.getByRole('button', { name: 'Enqueue' }).click();
    await page.getByLabel('Tags').and(page.locator('[aria-invalid=true]')).waitFor();
    await page.getByLabel('Tags').fill('vip');
    await page.getByRole('button', { name: 'Enqueue' }).click();
    for (const name of ['invoice_id', 'to', 'city'])
      await page.getByLabel(name, { exact: true }).and(page.locator('[aria-invalid=true]')).waitFor();
    expect(await page.evaluate('document.activeElement.getAttribute("aria-invalid")')).toBe('true');
    expect(await tablesOf(lab.host()).countJobs()).toBe(0);

    await page.getByLabel('invoice_id').fill('4711');
    await page.getByLabel('to', { exact: true }).fill('ada@example.com');
    await page.getByLabel('lines').fill('["a", "b"]');
    await page.getByLabel('city', { exact: true }).fill('Kyoto');
    await page.keyboard.press('Enter');

    await page.getByText('It is enqueued.').waitFor();
    await page.getByRole('heading', { name: 'send_invoice', level: 1 }).waitFor();
    const payload = {
      invoice_id: 4711,
      to: 'ada@example.com',
      kind: 'reminder',
      lines: ['a', 'b'],
      address: { city: 'Kyoto' },
    };
    expect(await jobs()).toEqual([
      { type: 'send_invoice', queue: 'mail', payload, priority: 2, tags: ['vip'], unique_key: null, later: true },
    ]);
    expect((await tablesOf(lab.host()).audit()).map(({ action }) => action)).toEqual(['job.enqueue']);
  });

  it('goes from the form to JSON and back, and says what it cannot show or read', async () => {
    const page = await lab.open();
    await page.goto('/jobs/enqueue?type=send_invoice');
    await page.getByLabel('invoice_id').fill('7');
    await page.getByRole('button', { name: 'JSON', exact: true }).click();
    const json = page.getByLabel('JSON');
    expect(JSON.parse(await json.inputValue())).toEqual({ invoice_id: 7, address: {} });
    await json.fill('{"other":1}');
    await page.getByRole('button', { name: 'Form', exact: true }).click();
    await page.getByText('The form cannot show this payload.').waitFor();
    await json.fill('{"invoice_id":');
    await page.getByRole('button', { name: 'Enqueue' }).click();
    await page.getByText('This is not JSON.').waitFor();
    await json.fill('{"invoice_id":9,"to":"a@example.com","kind":"first","address":{"city":"Oslo","zip":"1"}}');
    await page.getByRole('button', { name: 'Form', exact: true }).click();
    expect(await page.getByLabel('zip').inputValue()).toBe('1');
    expect(await page.getByLabel('kind').inputValue()).toBe('"first"');
    await page.getByLabel('Delay').fill('soon');
    await page.getByRole('button', { name: 'Enqueue' }).click();
    await page.getByText('Write 30s, 10m, 2h or 1d.').waitFor();
    expect(await jobs()).toEqual([]);
  });

  it('takes JSON for a schema without fields, and shows the job that has the unique key already', async () => {
    const page = await lab.open();
    const enqueue = async (payload: string) => {
      await page.goto('/jobs/enqueue?type=anything');
      await page.getByText('cannot be shown as a form').waitFor();
      await page.getByLabel('JSON').fill(payload);
      await page.getByLabel('Unique key').fill('only:1');
      await page.getByRole('button', { name: 'Enqueue' }).click();
    };
    await enqueue('{"n":9007199254740993}');
    await page.getByText('n: ').or(page.getByText('9007199254740992')).first().waitFor();
    expect(await jobs()).toEqual([]);
    await enqueue('{"n":1}');
    await page.getByText('It is enqueued.').waitFor();
    await enqueue('{"n":2}');
    await page.getByText('An unfinished job has this unique key already.').waitFor();
    await page.getByRole('region', { name: 'Payload' }).waitFor();
    expect(await page.getByRole('region', { name: 'Payload' }).textContent()).toContain('"n": 1');
    expect(await jobs()).toHaveLength(1);
  });

  it('gives code and a command that enqueue the same', async () => {
    const page = await lab.open();
    await page.goto('/jobs/enqueue?type=anything');
    await page.getByLabel('JSON').fill(`{"name":"it's"}`);
    await page.getByLabel('Tags').fill('a b');
    expect(await page.getByRole('region', { name: 'Code' }).textContent()).toBe(
      `await jobs.enqueueByType("anything", {\n  "name": "it's"\n}, { tags: ["a","b"] });`,
    );
    await page.getByRole('button', { name: 'curl', exact: true }).click();
    const command = (await page.getByRole('region', { name: 'curl' }).textContent())!;
    const body = /-d '(.*)'$/su.exec(command)![1]!.replaceAll(`'\\''`, `'`);
    const address = /'(http[^']+)'/u.exec(command)![1]!;
    const answer = await page.request.post(address, {
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      data: body,
    });
    expect(answer.status()).toBe(201);
    expect(await jobs()).toMatchObject([{ type: 'anything', payload: { name: "it's" }, tags: ['a', 'b'] }]);
  });

  it('warns of a type that only other processes know, and of one that nobody does', async () => {
    const page = await lab.open();
    await page.goto('/jobs/enqueue');
    await page.getByRole('listitem').filter({ hasText: 'remote' }).getByText('not known to this server').waitFor();
    await page.getByRole('link', { name: 'remote' }).click();
    await page.getByText('This server has no definition of this type').waitFor();
    await page.getByRole('button', { name: 'Enqueue' }).click();
    await page.getByText('No job type "remote" is known here.').waitFor();
    await page.goto('/jobs/enqueue?type=nobodys');
    await page.getByText('No process has registered the type “nobodys”.').waitFor();
    expect(await jobs()).toEqual([]);
  });

  it('lets a viewer fill the form, and says why nothing is enqueued', async () => {
    const page = await lab.open(VIEWER);
    await page.goto('/jobs/enqueue?type=anything');
    await page.locator('[aria-disabled=true]', { hasText: 'Enqueue' }).waitFor();
    await page.getByLabel('Unique key').press('Enter');
    await page.getByText('You may look, but not change anything').last().waitFor();
    expect(await jobs()).toEqual([]);
  });
});
