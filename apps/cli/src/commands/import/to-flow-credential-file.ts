import type { FlowSecret } from './read-flow-secrets.ts';

/**
 * The text of a credential file that serves a domain as the Flow proxy did: round robin, the same upstream, and the beta that
 * it does not know taken out together with its field.
 */
export function toFlowCredentialFile(secrets: readonly FlowSecret[], baseUrl: string): string {
  const ids = new Set<string>();
  const accounts = secrets.map(({ weight, name, ...credential }) => ({
    id: toFreeId(name ?? credential.clientId, ids),
    type: 'flow',
    ...credential,
    allowSecretClaim: true,
    ...(weight === 1 ? {} : { weight }),
    upstream: {
      baseUrl,
      withoutBetas: [{ beta: 'context-management-2025-06-27', field: 'context_management' }],
    },
  }));
  const strategy = secrets.some(({ weight }) => weight > 1) ? 'weighted' : 'round-robin';
  return `${JSON.stringify({ strategy, accounts }, null, 2)}\n`;
}

const ID_CHARS_MAX = 180;

function toFreeId(wanted: string, taken: Set<string>): string {
  const base = `flow:${wanted.trim().slice(0, ID_CHARS_MAX)}`;
  let id = base;
  for (let number = 2; taken.has(id); number += 1) id = `${base}-${number}`;
  taken.add(id);
  return id;
}
