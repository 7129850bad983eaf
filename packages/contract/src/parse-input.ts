import type { z } from 'zod';
import { dropLooserBounds } from './drop-looser-bounds.ts';
import { GatewayError } from './gateway-error.ts';
import { OPERATIONS, type OperationInput, type OperationName } from './operations.ts';
import { toDemand } from './to-demand.ts';

/** The input schemas under one type, so that a name picks the matching one. */
const DECLARATIONS: { readonly [N in OperationName]: { readonly input: z.ZodType<OperationInput<N>> } } = OPERATIONS;

/**
 * The input of an operation, checked and with its defaults filled in.
 * @throws {GatewayError} `field-invalid`, whose message names every field that is wrong.
 */
export function parseInput<N extends OperationName>(name: N, raw: unknown): OperationInput<N> {
  const parsed = DECLARATIONS[name].input.safeParse(raw, { error: toDemand });
  if (parsed.success) return parsed.data;
  const issues = dropLooserBounds(parsed.error.issues);
  const problems = issues.map(({ path, message }) => [path.join('.'), message].filter(Boolean).join(': '));
  const fields = issues.map((issue) => ({ field: toField(issue), reason: issue.message }));
  throw new GatewayError('field-invalid', { publicMessage: problems.join('; '), fields, cause: parsed.error });
}

/** Fields that there are not are told of by whatever holds them. */
function toField(issue: z.core.$ZodIssue): string {
  const unknown = issue.code === 'unrecognized_keys' ? [issue.keys.join(', ')] : [];
  return [...issue.path, ...unknown].join('.');
}
