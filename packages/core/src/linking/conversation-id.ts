import { type Digest, toLinkHash } from '@nexus/anthropic';
import type { Fingerprint } from './fingerprint.ts';

/**
 * The id of the conversation that begins with `anchor`, so that two processes agree without asking each other: made of
 * its domain and session, or where it names none of its domain, its chain and its own id. A UUID of version 8.
 */
export function toConversationId(anchor: Fingerprint, digest: Digest): string {
  const { domain, sessionId, chain, requestId } = anchor;
  const beginning = sessionId === null ? ['root', chain?.end ?? '', requestId] : ['session', sessionId];
  const hex = toLinkHash(digest, ['conversation', domain, ...beginning]);
  const variant = '89ab'.charAt(Number.parseInt(hex.charAt(16), 16) % 4);
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20),
  ];
  return parts.join('-');
}
