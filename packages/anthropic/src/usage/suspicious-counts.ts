import { isObject } from '../json/is-object.ts';
import type { SuspiciousCount } from './usage.ts';

type Wire = Readonly<Record<string, unknown>>;

/** A hundred times the largest context there is, and more than all steps of the longest answer wrote. */
const COUNT_MAX = 100_000_000;
/** A request whose every figure is broken need not name them all. */
const SUSPICIOUS_MAX = 16;
const VALUE_LENGTH_MAX = 40;

/** A count of the wire; null where it is none. */
export function toCount(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= COUNT_MAX ? value : null;
}

const COUNTS = ['input_tokens', 'output_tokens', 'cache_read_input_tokens', 'cache_creation_input_tokens'] as const;
const LIFETIMES = ['ephemeral_5m_input_tokens', 'ephemeral_1h_input_tokens'] as const;
const DETAILS = ['thinking_tokens'] as const;

/**
 * What cannot be true of `wire`, and of what was told `before` and is not told better now. Null is not told. Nothing is made for
 * counts that are true: the main thread asks twice an answer.
 */
export function findSuspicious(before: readonly SuspiciousCount[], wire: Wire): readonly SuspiciousCount[] {
  const found: SuspiciousCount[] = [];
  let kept = before;
  visitCounts(wire, (value, prefix, name) => {
    const isTrue = toCount(value) !== null;
    if (isTrue && before.length === 0) return;
    const field = prefix + name;
    kept = kept.filter((one) => one.field !== field);
    if (!isTrue) found.push({ field, value: toText(value) });
  });
  return found.length === 0 ? kept : [...kept, ...found].slice(0, SUSPICIOUS_MAX);
}

type Visit = (value: unknown, prefix: string, name: string) => void;

function visitCounts(wire: Wire, visit: Visit): void {
  visitStep(wire, '', visit);
  visitFields(wire['output_tokens_details'], DETAILS, (value, _, name) => visit(value, 'output_tokens_details.', name));
  const tools = wire['server_tool_use'];
  if (isObject(tools)) {
    for (const name of Object.keys(tools)) {
      // What is neither number nor text may be something new, and no count.
      const value = tools[name];
      if (typeof value === 'number' || typeof value === 'string') visit(value, 'server_tool_use.', name);
    }
  }
  const steps = wire['iterations'];
  if (!Array.isArray(steps)) return;
  for (const [at, step] of steps.entries()) if (isObject(step)) visitStep(step, `iterations[${at}].`, visit);
}

function visitStep(wire: Wire, prefix: string, visit: Visit): void {
  visitFields(wire, COUNTS, (value, _, name) => visit(value, prefix, name));
  visitFields(wire['cache_creation'], LIFETIMES, (value, _, name) => visit(value, `${prefix}cache_creation.`, name));
}

function visitFields(wire: unknown, names: readonly string[], visit: Visit): void {
  if (!isObject(wire)) return;
  for (const name of names) {
    const value = wire[name];
    if (value !== undefined && value !== null) visit(value, '', name);
  }
}

/** Numbers that JSON cannot write, such as what 1e400 is read as, are told as well. */
function toText(value: unknown): string {
  return (typeof value === 'number' ? String(value) : JSON.stringify(value)).slice(0, VALUE_LENGTH_MAX);
}
