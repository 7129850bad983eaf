import { expect, test } from 'bun:test';
import { toErrorBody } from './error-body.ts';

test('an error has the shape that Anthropic’s clients read', () => {
  expect(toErrorBody({ type: 'authentication_error', message: 'No key.', requestId: 'id-1' })).toEqual({
    type: 'error',
    error: { type: 'authentication_error', message: 'No key.' },
    request_id: 'id-1',
  });
});
