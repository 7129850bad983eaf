import { type Digest, hashSystem, isSameJson, type LinkHash, normaliseMessage, toLinkHash } from '@nexus/anthropic';

/** How two requests differ. Values are as they stand in the bodies; cache markers do not count; word by word is left to the screen. */
export interface RequestDiff {
  /** Null where both are the same. */
  readonly system: SystemDiff | null;
  readonly tools: ToolsDiff;
  readonly messages: MessagesDiff;
  /** All other top-level fields that differ, by name; undefined where a body does not have one. */
  readonly parameters: readonly ValueDiff[];
}

export interface SystemDiff {
  readonly from: unknown;
  readonly to: unknown;
  /** True where only dates, environment, reminders and the like differ. */
  readonly isVolatileOnly: boolean;
}

export interface ToolsDiff {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly ValueDiff[];
}

export interface ValueDiff {
  readonly name: string;
  readonly from: unknown;
  readonly to: unknown;
}

/** Both lists up to where they diverge say the same, however it is written down. */
export interface MessagesDiff {
  /** Blocks that both begin with. */
  readonly commonBlocks: number;
  /** Index of the first message that diverges; null where the whole list is a beginning of the other's. */
  readonly fromIndex: number | null;
  readonly toIndex: number | null;
  /** The messages from there on. */
  readonly from: readonly unknown[];
  readonly to: readonly unknown[];
}

type Body = Readonly<Record<string, unknown>>;

/** Compares two parsed request bodies; whatever is no object has no fields. Never throws. */
export function diffRequests(from: unknown, to: unknown, { digest }: { readonly digest: Digest }): RequestDiff {
  const a = toBody(from);
  const b = toBody(to);
  return {
    system: diffSystem(a['system'], b['system'], digest),
    tools: diffTools(toList(a['tools']), toList(b['tools'])),
    messages: diffMessages(toList(a['messages']), toList(b['messages']), digest),
    parameters: diffParameters(a, b),
  };
}

function diffSystem(from: unknown, to: unknown, digest: Digest): SystemDiff | null {
  if (isSameJson(from, to)) return null;
  return { from, to, isVolatileOnly: hashSystem(from, digest) === hashSystem(to, digest) };
}

function diffTools(from: readonly unknown[], to: readonly unknown[]): ToolsDiff {
  const a = toNamed(from);
  const b = toNamed(to);
  const shared = [...a].flatMap(([name, tool]) => (b.has(name) ? { name, from: tool, to: b.get(name) } : []));
  return {
    added: [...b.keys()].filter((name) => !a.has(name)),
    removed: [...a.keys()].filter((name) => !b.has(name)),
    changed: shared.filter((tool) => !isSameJson(tool.from, tool.to)),
  };
}

/** Tools by name; those without one by type, which Claude's own have. */
function toNamed(tools: readonly unknown[]): Map<string, unknown> {
  return new Map(
    tools.map((tool, index) => {
      const { name, type } = toBody(tool);
      const known = [name, type].find((value) => typeof value === 'string');
      return [typeof known === 'string' ? known : `tool ${index}`, tool];
    }),
  );
}

function diffMessages(from: readonly unknown[], to: readonly unknown[], digest: Digest): MessagesDiff {
  const a = toUnits(from, { digest, side: 'from' });
  const b = toUnits(to, { digest, side: 'to' });
  let common = 0;
  while (common < a.length && a[common]?.hash === b[common]?.hash) common += 1;
  const fromIndex = a[common]?.messageIndex ?? null;
  const toIndex = b[common]?.messageIndex ?? null;
  return {
    commonBlocks: common,
    fromIndex,
    toIndex,
    from: fromIndex === null ? [] : from.slice(fromIndex),
    to: toIndex === null ? [] : to.slice(toIndex),
  };
}

interface Unit {
  readonly hash: LinkHash;
  readonly messageIndex: number;
}

/** The blocks of all messages; one that cannot be read is like no other. */
function toUnits(
  messages: readonly unknown[],
  { digest, side }: { readonly digest: Digest; readonly side: string },
): Unit[] {
  return messages.flatMap((message, messageIndex): Unit[] => {
    const result = normaliseMessage(message, digest);
    if (!result.ok) return [{ hash: `${side} ${messageIndex}`, messageIndex }];
    const { role, blocks } = result.slice;
    return blocks.map(({ hash }) => ({ hash: toLinkHash(digest, [role, hash]), messageIndex }));
  });
}

const COMPARED_APART: ReadonlySet<string> = new Set(['system', 'tools', 'messages']);

function diffParameters(a: Body, b: Body): ValueDiff[] {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((name) => !COMPARED_APART.has(name));
  return names
    .sort()
    .filter((name) => Object.hasOwn(a, name) !== Object.hasOwn(b, name) || !isSameJson(a[name], b[name]))
    .map((name) => ({ name, from: a[name], to: b[name] }));
}

function isObject(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function toBody(value: unknown): Body {
  return isObject(value) ? value : {};
}

function toList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
