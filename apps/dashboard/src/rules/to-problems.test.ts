import { expect, test } from 'bun:test';
import { ApiError, OPERATIONS } from '@nexus/contract';
import { toAnsweredProblems, toProblems } from './to-problems.ts';

test('what the contract finds wrong stands at its field', () => {
  const parsed = OPERATIONS['limit.set'].input.safeParse({
    subjectKind: 'domain',
    subject: '',
    limits: { requestsPerMinute: 0 },
  });
  const problems = toProblems(parsed.error?.issues ?? [], { subject: 'Say which one.' });
  expect(problems['subject']).toBe('Say which one.');
  expect(problems['requestsPerMinute']).toContain('1');
});

test('what the gateway finds wrong stands at its field, and everything else with the whole form', () => {
  const fields = ['subject', 'limitNanoDollars'];
  expect(toAnsweredProblems(toError('field-invalid', 'subject: must be a host name; and: more'), fields)).toEqual({
    subject: 'must be a host name',
  });
  expect(toAnsweredProblems(toError('field-invalid', 'Something: else'), fields)).toBeNull();
  expect(toAnsweredProblems(toError('storage-unavailable', 'subject: away'), fields)).toBeNull();
  expect(toAnsweredProblems(null, fields)).toBeNull();
});

function toError(code: string, message: string): ApiError {
  return new ApiError({ code, message, status: 400, requestId: null });
}
