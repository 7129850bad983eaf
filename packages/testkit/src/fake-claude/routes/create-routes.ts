import { type Answer, toErrorAnswer } from '../answer.ts';
import type { ReceivedRequest } from '../received-request.ts';
import type { Script } from '../script.ts';
import { type Batch, createBatchesRoute } from './batches.ts';
import { createFilesRoute, type StoredFile } from './files.ts';
import { createInspectRoute } from './inspect.ts';
import { createMessagesRoute } from './messages.ts';
import { answerModels } from './models.ts';
import { createOauthRoute } from './oauth.ts';
import { answerProbes } from './probes.ts';
import type { PlannedAnswer, Route, RouteContext } from './route.ts';
import type { TokenBook } from './token-book.ts';

/** All routes of the fake with their state; an unknown path answers 404 in Claude's shape. */
export function createRoutes(fake: {
  script: Script;
  tokens: TokenBook;
  tokenExpiresInS: number;
  requests: readonly ReceivedRequest[];
  stats: () => unknown;
  reset: () => void;
}): { answer: (context: RouteContext) => Answer | PlannedAnswer; clear: () => void } {
  const failures = new Map<string, number>();
  const batches = new Map<string, Batch>();
  const files = new Map<string, StoredFile>();
  const routes: readonly Route[] = [
    createMessagesRoute(fake.script, failures),
    createBatchesRoute(batches),
    createFilesRoute(files),
    answerModels,
    answerProbes,
    createOauthRoute(fake.tokens, fake.tokenExpiresInS),
    createInspectRoute(fake),
  ];
  return {
    answer(context) {
      for (const route of routes) {
        const answer = route(context);
        if (answer !== null) return answer;
      }
      return toErrorAnswer(404, 'Not Found', { requestId: context.requestId });
    },
    clear() {
      failures.clear();
      batches.clear();
      files.clear();
    },
  };
}
