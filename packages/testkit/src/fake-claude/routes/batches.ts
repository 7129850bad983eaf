import { toBytesAnswer, toErrorAnswer, toJsonAnswer } from '../answer.ts';
import { chooseContent, createMessage } from '../message/create-message.ts';
import { isJsonObject, readMessagesBody } from '../messages-body.ts';
import { parseBehaviour } from '../sentinels.ts';
import { toPage } from './models.ts';
import type { Route, RouteContext } from './route.ts';

interface Batch {
  readonly id: string;
  readonly createdAtMs: number;
  readonly entries: readonly { readonly customId: string; readonly params: Readonly<Record<string, unknown>> }[];
  canceled: boolean;
}

const batchesMax = 1000;
const prefix = '/v1/messages/batches';

/**
 * Message batches: create, list, get, results, cancel, delete. A batch is done as soon as it is made. What asks for an error by its
 * model (`fake-529`) errors, `fake-408` expires; `x-fake-usage` in `metadata` is what a message tells to have used.
 */
export function createBatchesRoute(batches: Map<string, Batch>): Route {
  return (context) => {
    const { request, url, requestId } = context;
    if (request.path !== prefix && !request.path.startsWith(`${prefix}/`)) return null;
    const [id, part] = request.path.slice(prefix.length + 1).split('/');
    if (id === undefined || id === '') {
      if (request.method === 'POST') return create(context);
      const views = [...batches.values()].toReversed().map((batch) => toView(batch, url.origin));
      return toJsonAnswer(200, toPage(views, url.searchParams));
    }
    const batch = batches.get(id);
    if (batch === undefined) return toErrorAnswer(404, `batch: ${id}`, { requestId });
    if (request.method === 'DELETE') {
      batches.delete(id);
      return toJsonAnswer(200, { id, type: 'message_batch_deleted' });
    }
    if (part === 'cancel') batch.canceled = true;
    if (part === 'results') {
      return toBytesAnswer(200, Buffer.from(toResults(batch)), [['content-type', 'application/x-jsonl']]);
    }
    return toJsonAnswer(200, toView(batch, url.origin));
  };

  function create({ request, url, requestId, nowMs }: RouteContext) {
    const json = request.json();
    const list = isJsonObject(json) ? json['requests'] : null;
    if (!Array.isArray(list) || list.length === 0) return toErrorAnswer(400, 'requests: Field required', { requestId });
    const entries = list.filter(isJsonObject).map((entry) => ({
      customId: String(entry['custom_id']),
      params: isJsonObject(entry['params']) ? entry['params'] : {},
    }));
    if (batches.size >= batchesMax) batches.clear();
    const batch = { id: requestId.replace('req_', 'msgbatch_'), createdAtMs: nowMs, entries, canceled: false };
    batches.set(batch.id, batch);
    return toJsonAnswer(200, toView(batch, url.origin));
  }
}

export type { Batch };

function toView(batch: Batch, origin: string) {
  const at = new Date(batch.createdAtMs).toISOString();
  const counts = { succeeded: 0, errored: 0, canceled: 0, expired: 0 };
  for (const entry of batch.entries) counts[toOutcome(batch, entry)] += 1;
  return {
    id: batch.id,
    type: 'message_batch',
    processing_status: 'ended',
    request_counts: { processing: 0, ...counts },
    created_at: at,
    ended_at: at,
    expires_at: new Date(batch.createdAtMs + 86_400_000).toISOString(),
    archived_at: null,
    cancel_initiated_at: batch.canceled ? at : null,
    results_url: `${origin}${prefix}/${batch.id}/results`,
  };
}

type Outcome = 'succeeded' | 'errored' | 'canceled' | 'expired';
type Entry = Batch['entries'][number];

function toOutcome(batch: Batch, { params }: Entry): Outcome {
  if (batch.canceled) return 'canceled';
  const { error } = parseBehaviour(String(params['model'])).behaviour;
  if (error === null) return 'succeeded';
  return error.status === 408 ? 'expired' : 'errored';
}

function toResults(batch: Batch): string {
  return batch.entries
    .map((entry, index) => ({ custom_id: entry.customId, result: toResult(batch, entry, index) }))
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('');
}

function toResult(batch: Batch, entry: Entry, index: number) {
  const type = toOutcome(batch, entry);
  if (type === 'errored') {
    const error = { type: 'overloaded_error', message: 'Overloaded' };
    return { type, error: { type: 'error', error, request_id: null } };
  }
  if (type !== 'succeeded') return { type };
  const { params } = entry;
  const body = readMessagesBody(params, { bytes: JSON.stringify(params).length, received: null, header: () => null });
  const content = chooseContent(parseBehaviour(body.model).behaviour, body);
  const message = createMessage(content, body, `msg_${batch.id.slice('msgbatch_'.length)}${index}`);
  return { type, message: { ...message, usage: { ...message.usage, ...toToldUsage(params), service_tier: 'batch' } } };
}

function toToldUsage({ metadata }: Entry['params']): Readonly<Record<string, unknown>> {
  const told = isJsonObject(metadata) ? metadata['x-fake-usage'] : null;
  return isJsonObject(told) ? told : {};
}
