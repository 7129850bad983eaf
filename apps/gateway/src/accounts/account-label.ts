import { createHash } from 'node:crypto';
import { maskSecretText } from '@nexus/anthropic';

/** An account by the name that its operator gave it; one that is an address of a person, or a secret, by a hash of it. */
export function toAccountLabel(id: string): string {
  if (!id.includes('@') && maskSecretText(id) === id) return id;
  return `account-${createHash('sha256').update(id).digest('hex').slice(0, 12)}`;
}
