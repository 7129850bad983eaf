import { toErrorAnswer, toJsonAnswer } from '../answer.ts';
import type { Route } from './route.ts';

/** Models as Claude lists them; ids start with `claude`, as Claude Code's discovery wants. */
const models = [
  ['claude-fable-5-1', 'Claude Fable 5.1', '2026-09-02T00:00:00Z'],
  ['claude-opus-5-5', 'Claude Opus 5.5', '2026-08-11T00:00:00Z'],
  ['claude-sonnet-5-5', 'Claude Sonnet 5.5', '2026-07-21T00:00:00Z'],
  ['claude-haiku-4-5-20251001', 'Claude Haiku 4.5', '2025-10-15T00:00:00Z'],
  ['claude-fake-echo', 'Fake Claude (echo)', '2025-01-01T00:00:00Z'],
].map(([id = '', display_name = '', created_at = '']) => ({ type: 'model', id, display_name, created_at }));

/** `GET /v1/models` with its pages, and `GET /v1/models/:id`. */
export const answerModels: Route = ({ request, url, requestId }) => {
  if (request.method !== 'GET') return null;
  if (request.path.startsWith('/v1/models/')) {
    const id = decodeURIComponent(request.path.slice('/v1/models/'.length));
    const model = models.find((candidate) => candidate.id === id);
    return model === undefined ? toErrorAnswer(404, `model: ${id}`, { requestId }) : toJsonAnswer(200, model);
  }
  if (request.path !== '/v1/models') return null;
  return toJsonAnswer(200, toPage(models, url.searchParams));
};

/** One page of a list, in Claude's way: `limit`, `after_id`, `before_id`. */
export function toPage<T extends { readonly id: string }>(
  items: readonly T[],
  query: URLSearchParams,
): { data: readonly T[]; has_more: boolean; first_id: string | null; last_id: string | null } {
  const limit = Math.max(1, Number(query.get('limit') ?? 20));
  const after = items.findIndex((item) => item.id === query.get('after_id'));
  const before = items.findIndex((item) => item.id === query.get('before_id'));
  const end = before === -1 ? items.length : before;
  const start = before === -1 ? after + 1 : Math.max(0, before - limit);
  const data = items.slice(start, Math.min(end, start + limit));
  return {
    data,
    has_more: before === -1 ? start + data.length < items.length : start > 0,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
  };
}
