import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import supertest from 'supertest';
import { homeOf, homePage } from '../../apps/api/src/home-page.js';
import { HOME, HomeController } from '../../apps/api/src/home.controller.js';

const CHROME = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8';

describe('GET /', () => {
  let app: INestApplication;

  beforeAll(async () => {
    const module = await Test.createTestingModule({
      controllers: [HomeController],
      providers: [
        { provide: HOME, useValue: homeOf('1.2.3<b>', { timeZone: 'Asia/Tokyo', docs: true, dashboard: true }) },
      ],
    }).compile();
    app = module.createNestApplication();
    await app.listen(0, '127.0.0.1');
  });

  afterAll(() => app.close());

  const get = (accept?: string) => {
    const request = supertest(app.getHttpServer())
      .get('/')
      .expect(200)
      .expect('vary', /accept/iu);
    return accept === undefined ? request : request.set('accept', accept);
  };

  it.each([CHROME, 'text/html', 'application/json;q=0.5, text/html'])('shows %s a page', async (accept) => {
    const { text } = await get(accept).expect('content-type', /^text\/html/u);

    for (const name of [
      'Weekly reports',
      'Monthly reports',
      'Clean-up of audit logs',
      'Dashboard',
      'Docs',
      'Health',
      'Metrics',
    ])
      expect(text).toContain(`>${name}</a>`);
    expect(text).toContain('Version 1.2.3&lt;b&gt;');
    expect(text).toContain('<meta name="viewport" content="width=device-width, initial-scale=1">');
    expect(text).toContain('color-scheme: light dark');
    expect(text).not.toMatch(/<script|\son\w+=|src=/u);
  });

  it('allows the page no scripts, and nobody to frame it', async () => {
    await get(CHROME).expect('content-security-policy', /default-src 'none'.*frame-ancestors 'none'/u);
  });

  it.each([undefined, '*/*', 'application/json', 'text/html;q=0.5, application/json', 'image/png'])(
    'answers %s with JSON',
    async (accept) => {
      const { body } = await get(accept).expect('content-type', /^application\/json/u);

      expect(body).toMatchObject({ name: 'Monstera', version: '1.2.3<b>' });
      expect(body.places).toContainEqual({ name: 'Docs', path: 'docs', about: 'Every route. Each can be tried out.' });
    },
  );

  it.each([
    [true, ['jobs', 'health/ready', 'metrics']],
    [false, ['health/ready', 'metrics']],
  ])('names nothing that is closed: with the dashboard open or not, %s', (dashboard, open) => {
    const text = homePage(homeOf('1.2.3', { timeZone: 'UTC', docs: false, dashboard }));

    expect([...text.matchAll(/<a href="([^"]+)"/gu)].map(([, path]) => path)).toEqual(open);
    expect(text).toContain('<strong>Weekly reports</strong>');
  });
});
