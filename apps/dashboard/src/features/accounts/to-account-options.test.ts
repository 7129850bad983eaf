import { expect, test } from 'bun:test';
import { CREDENTIAL_FORMS, findFormOfKind } from './credential-forms.ts';
import { toAccountOptions } from './to-account-options.ts';

const API_KEY = findFormOfKind('api-key');

test('what was left empty is not said', () => {
  expect(toAccountOptions({ weight: ' ', paths: '\n' }, API_KEY)).toEqual({ options: {}, problems: {} });
});

test('lines become what the API takes', () => {
  const values = {
    weight: '2.5',
    priority: '1',
    models: 'claude-haiku-*, claude-sonnet-*',
    baseUrl: 'https://llm.example.com',
    caFile: '/etc/ssl/example.pem',
    paths: '/v1/messages = /anthropic/messages\n/v1 → /anthropic\n',
    setHeaders: 'x-tenant: harbour\nx-url: https://a.example:1',
    removeHeaders: 'x-one, x-two\nx-three',
    withoutBetas: 'context-management-2025-06-27 context_management\nlonger-cache',
  };
  expect(toAccountOptions(values, API_KEY)).toEqual({
    problems: {},
    options: {
      weight: 2.5,
      priority: 1,
      models: ['claude-haiku-*', 'claude-sonnet-*'],
      upstream: {
        baseUrl: 'https://llm.example.com',
        caFile: '/etc/ssl/example.pem',
        paths: { '/v1/messages': '/anthropic/messages', '/v1': '/anthropic' },
        setHeaders: { 'x-tenant': 'harbour', 'x-url': 'https://a.example:1' },
        removeHeaders: ['x-one', 'x-two', 'x-three'],
        withoutBetas: [
          { beta: 'context-management-2025-06-27', field: 'context_management' },
          { beta: 'longer-cache' },
        ],
      },
    },
  });
});

test('the betas that a kind goes without anyway stay out', () => {
  const flow = CREDENTIAL_FORMS.find(({ type }) => type === 'flow') ?? API_KEY;
  const { options } = toAccountOptions({ withoutBetas: 'another' }, flow);
  expect(options.upstream?.withoutBetas).toEqual([...(flow.withoutBetas ?? []), { beta: 'another' }]);
});

test.each([
  ['weight', 'much', 'Must be a number.'],
  ['weight', '-1', 'Must be at least 0.'],
  ['priority', '1.5', 'Must be a whole number.'],
  ['baseUrl', 'llm.example.com', 'Must be an address that begins with https://.'],
  ['paths', 'v1 = /other', '“v1” must begin with a slash.'],
  ['paths', '/v1', '“/v1” is not of the form /beginning = /instead.'],
  ['setHeaders', 'x-tenant harbour', '“x-tenant harbour” is not of the form name: value.'],
  ['setHeaders', 'x tenant: harbour', '“x tenant” must be the name of a header.'],
  ['withoutBetas', 'one two three', '“one two three” is not of the form beta field.'],
])('a wrong %s is told at its field: %p', (field, text, problem) => {
  expect(toAccountOptions({ [field]: text }, API_KEY).problems).toEqual({ [field]: problem });
});
