import { describe, expect, test } from 'bun:test';
import { decideHost, decideSameOrigin } from './browser-guard.ts';

const loopback = { host: '127.0.0.1', corsOrigins: ['https://nexus.example.com'] };
const open = { host: '0.0.0.0', corsOrigins: [] };

describe('the host that a browser names', () => {
  test.each([
    ['localhost:3001', true],
    ['LOCALHOST', true],
    ['127.0.0.1:3001', true],
    ['127.8.9.1', true],
    ['[::1]:3001', true],
    ['nexus.localhost:3001', true],
    ['nexus.example.com', true],
    ['evil.example.com', false],
    ['localhost.evil.example.com', false],
    ['127.0.0.1.evil.example.com', false],
    ['10.0.0.7:3001', false],
    ['not a host', false],
    ['', false],
  ])('%p on a gateway that is bound to loopback: %p', (host, allowed) => {
    expect(decideHost(new Headers({ host }), loopback).allowed).toBe(allowed);
  });

  test('is anything where the gateway is there for others', () => {
    expect(decideHost(new Headers({ host: 'team.example.com' }), open).allowed).toBe(true);
  });

  test('may not be missing', () => {
    expect(decideHost(new Headers(), loopback).allowed).toBe(false);
  });
});

describe('a request by cookie', () => {
  const host = 'localhost:3001';

  test.each([
    ['GET', {}, true],
    ['GET', { 'sec-fetch-site': 'none' }, true],
    ['GET', { 'sec-fetch-site': 'same-origin' }, true],
    ['GET', { 'sec-fetch-site': 'same-site' }, false],
    ['GET', { 'sec-fetch-site': 'cross-site' }, false],
    ['POST', { 'sec-fetch-site': 'same-origin' }, true],
    ['POST', { 'sec-fetch-site': 'none' }, false],
    ['POST', {}, false],
    ['POST', { origin: 'http://localhost:3001' }, true],
    ['POST', { origin: 'https://localhost:3001' }, true],
    ['POST', { origin: 'http://localhost:3002' }, false],
    ['POST', { origin: 'null' }, false],
    ['DELETE', { origin: 'http://localhost:3001', 'sec-fetch-site': 'same-site' }, false],
  ])('%s with %j is ours: %p', (method, headers, allowed) => {
    expect(decideSameOrigin(method, new Headers({ host, ...headers })).allowed).toBe(allowed);
  });
});
