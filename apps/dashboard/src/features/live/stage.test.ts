import { expect, test } from 'bun:test';
import { sampleInFlight } from '../../api/sample-requests.ts';
import { toStage } from './stage.ts';

test.each([
  [{}, 'Waiting'],
  [{ status: 200 }, 'Answering'],
  [{ status: 200, firstTokenMs: 90 }, 'Streaming'],
  [{ status: 200, outputTokens: 4 }, 'Streaming'],
  [{ status: 529 }, 'Failing'],
] as const)('an exchange of which %p is known is %p', (known, stage) => {
  expect(toStage(sampleInFlight(known))).toBe(stage);
});
