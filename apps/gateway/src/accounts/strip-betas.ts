import { removeFields } from '@nexus/anthropic';
import type { Upstream } from './upstream.ts';

/**
 * Takes the betas that an upstream does not know out of `headers`, and gives the body without the fields that belong to
 * them: one without the other is an error there. The only place where a body changes on its way.
 */
export function stripBetas(
  headers: Headers,
  body: Uint8Array | null,
  rules: Upstream['withoutBetas'],
): Uint8Array | null {
  // A body that we cannot read keeps its fields, so it keeps their betas too.
  const encoding = headers.get('content-encoding');
  if (encoding !== null && encoding !== 'identity') return body;
  const betas = (headers.get('anthropic-beta') ?? '').split(',').map((beta) => beta.trim());
  const kept = betas.filter((beta) => beta !== '' && !rules.some((rule) => rule.beta === beta));
  if (kept.length === 0) headers.delete('anthropic-beta');
  else headers.set('anthropic-beta', kept.join(','));
  const fields = rules.flatMap(({ field }) => (field === undefined ? [] : [field]));
  return body === null || fields.length === 0 ? body : removeFields(body, fields);
}
