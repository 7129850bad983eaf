import { createHash } from 'node:crypto';
import type { RecordedRequest } from '@nexus/core';

/**
 * A record as it stands under `domain`. Under another than its own it gets another id and another payload, the same each
 * time, so that both can be there and importing twice changes nothing.
 */
export function toDomainRecord(record: RecordedRequest, domain: string): RecordedRequest {
  const { facts } = record;
  if (facts.domain === domain) return record;
  return {
    ...record,
    facts: {
      ...facts,
      domain,
      requestId: toOtherId(facts.requestId, domain),
      conversationId: toOtherId(facts.conversationId, domain),
    },
  };
}

/** Keeps the time and the version in an id, and makes the rest of its domain and what it was. */
function toOtherId(id: string, domain: string): string {
  // A line break cannot stand in a domain, so that no two pairs give the same text.
  const hex = createHash('sha256').update(`${domain}\n${id}`).digest('hex');
  const variant = '89ab'.charAt(Number.parseInt(hex.charAt(3), 16) % 4);
  return `${id.slice(0, 15)}${hex.slice(0, 3)}-${variant}${hex.slice(4, 7)}-${hex.slice(8, 20)}`;
}
