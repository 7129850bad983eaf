import { toBytesAnswer, toJsonAnswer } from '../answer.ts';
import type { Route } from './route.ts';

const empty = new Uint8Array();

/** What clients ask before and beside their work: reachability probes and event logging. */
export const answerProbes: Route = ({ request }) => {
  const { method, path } = request;
  if (path === '/' && (method === 'HEAD' || method === 'GET')) return toBytesAnswer(200, empty, []);
  if (path === '/api/hello') return toJsonAnswer(200, { message: 'hello' });
  if (path.startsWith('/api/event_logging/')) return toJsonAnswer(200, { accepted_count: 1, rejected_count: 0 });
  return null;
};
