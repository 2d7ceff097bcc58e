import type { AdminRequest } from './admin-request.js';
import { hasForeignBody, isFromForeignPage } from './foreign-page.js';

const request = (method: string, headers: Record<string, string>) =>
  ({ method, headers: { host: 'jobs.example', ...headers } }) as unknown as AdminRequest;

describe('isFromForeignPage', () => {
  it.each([
    ['POST', { 'sec-fetch-site': 'cross-site' }, true],
    ['POST', { 'sec-fetch-site': 'same-site' }, true],
    ['POST', { 'sec-fetch-site': 'same-origin', origin: 'https://proxied.example' }, false],
    ['POST', { 'sec-fetch-site': 'none' }, false],
    ['POST', { origin: 'http://jobs.example' }, false],
    ['POST', { origin: 'http://jobs.example:81' }, true],
    ['POST', { origin: 'null' }, true],
    ['POST', {}, false],
    ['DELETE', { origin: 'http://evil.example' }, true],
    ['GET', { 'sec-fetch-site': 'cross-site' }, false],
  ])('judges %s with %j: %s', (method, headers, expected) => {
    expect(isFromForeignPage(request(method, headers as Record<string, string>))).toBe(expected);
  });
});

describe('hasForeignBody', () => {
  it.each([
    [{}, false],
    [{ 'content-length': '0' }, false],
    [{ 'content-length': '2', 'content-type': 'application/json' }, false],
    [{ 'content-length': '2', 'content-type': 'Application/JSON; charset=utf-8' }, false],
    [{ 'transfer-encoding': 'chunked', 'content-type': 'application/json' }, false],
    [{ 'transfer-encoding': 'chunked' }, true],
    [{ 'content-length': '2' }, true],
    [{ 'content-length': '2', 'content-type': 'text/plain' }, true],
    [{ 'content-length': '2', 'content-type': 'application/jsonp' }, true],
  ])('judges %j: %s', (headers, expected) => {
    expect(hasForeignBody(request('POST', headers as Record<string, string>))).toBe(expected);
  });
});
