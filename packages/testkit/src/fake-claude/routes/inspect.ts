import { toJsonAnswer } from '../answer.ts';
import { type ReceivedRequest, toRequestView } from '../received-request.ts';
import { describeScript } from '../asked.ts';
import { isScript, type Script } from '../script.ts';
import { describeSentinels } from '../sentinels.ts';
import type { Route } from './route.ts';

/** What tests and people ask the fake itself, under `/_fake/`. */
export function createInspectRoute(fake: {
  requests: readonly ReceivedRequest[];
  script: Script;
  stats: () => unknown;
  reset: () => void;
}): Route {
  return ({ request, requestId }) => {
    if (!request.path.startsWith('/_fake')) return null;
    switch (`${request.method} ${request.path}`) {
      case 'GET /_fake/requests':
        return toJsonAnswer(200, { requests: fake.requests.map(toRequestView) });
      case 'GET /_fake/stats':
        return toJsonAnswer(200, fake.stats());
      case 'POST /_fake/reset':
        fake.reset();
        return toJsonAnswer(200, {});
      case 'POST /_fake/script': {
        const steps = request.json();
        if (!isScript(steps)) return toJsonAnswer(400, { error: describeScript() });
        fake.script.push(steps);
        return toJsonAnswer(200, { steps: fake.script.length });
      }
      case 'GET /_fake/help':
        return toJsonAnswer(200, { help: `${describeSentinels()}\n\n${describeScript()}` });
      default:
        return toJsonAnswer(200, { ...toRequestView(request), requestId });
    }
  };
}
