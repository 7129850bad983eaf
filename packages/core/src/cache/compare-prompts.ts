import type { Prompt, PromptBlock, PromptPart } from '@nexus/anthropic';

/** Where two prompts part, in the order in which Claude reads them. */
export type PromptDifference =
  | { readonly kind: 'tools-changed'; readonly change: ToolChange; readonly tool: string }
  | { readonly kind: 'system-changed'; readonly block: number }
  | { readonly kind: 'settings-changed'; readonly setting: string }
  | {
      readonly kind: 'message-changed';
      /** Index of the message, and of its first block that is another. */
      readonly message: number;
      readonly block: number;
      readonly role: string;
    };

export const TOOL_CHANGES = ['added', 'removed', 'changed', 'reordered'] as const;
export type ToolChange = (typeof TOOL_CHANGES)[number];

/** Settings on which the system prompt depends as well; all others reach the messages alone. */
const SYSTEM_SETTINGS = ['speed', 'mcp_servers'] as const;

/**
 * The first difference between what a turn sent and what the turn before it had cached; null where all of that stands at its
 * beginning. What follows the last cache marker of the one before was never cached and may be anything.
 */
export function findPromptDifference(before: Prompt, after: Prompt): PromptDifference | null {
  return (
    compareTools(partOf(before, 'tools'), partOf(after, 'tools')) ??
    compareSettings(before, after, (name) => isOfSystem(name)) ??
    compareSystem(partOf(before, 'system'), partOf(after, 'system')) ??
    compareSettings(before, after, (name) => !isOfSystem(name)) ??
    compareMessages(before, after) ??
    compareImages(before, after)
  );
}

/** How many blocks are cached: those up to the last marker, itself included. */
export function countCachedBlocks({ blocks }: Prompt): number {
  return blocks.findLastIndex(({ ttl }) => ttl !== null) + 1;
}

function partOf({ blocks }: Prompt, part: PromptPart): readonly PromptBlock[] {
  return blocks.filter((block) => block.part === part);
}

function compareTools(before: readonly PromptBlock[], after: readonly PromptBlock[]): PromptDifference | null {
  const at = findFirstOther(before, after);
  if (at === -1) return null;
  const [old, now] = [before[at], after[at]];
  const isOld = (name: string): boolean => before.some((tool) => tool.name === name);
  const isNow = (name: string): boolean => after.some((tool) => tool.name === name);
  if (old !== undefined && now !== undefined && old.name === now.name) return toToolChange('changed', now.name);
  if (old !== undefined && !isNow(old.name)) return toToolChange('removed', old.name);
  if (now !== undefined && !isOld(now.name)) return toToolChange('added', now.name);
  return toToolChange('reordered', (now ?? old)?.name ?? '');
}

function toToolChange(change: ToolChange, tool: string): PromptDifference {
  return { kind: 'tools-changed', change, tool };
}

function compareSystem(before: readonly PromptBlock[], after: readonly PromptBlock[]): PromptDifference | null {
  const at = findFirstOther(before, after);
  if (at === -1) return null;
  return { kind: 'system-changed', block: (after[at] ?? before[at])?.element ?? 0 };
}

/** The first place where the lists are not the same, their ends included; -1 where they are. */
function findFirstOther(before: readonly PromptBlock[], after: readonly PromptBlock[]): number {
  const length = Math.max(before.length, after.length);
  for (let at = 0; at < length; at++) {
    if (before[at]?.content !== after[at]?.content) return at;
  }
  return -1;
}

function isOfSystem(name: string): boolean {
  return SYSTEM_SETTINGS.some((setting) => setting === name);
}

function compareSettings(before: Prompt, after: Prompt, counts: (name: string) => boolean): PromptDifference | null {
  const names = [...new Set([...Object.keys(before.settings), ...Object.keys(after.settings)])].filter(counts).sort();
  const setting = names.find((name) => before.settings[name] !== after.settings[name]);
  return setting === undefined ? null : { kind: 'settings-changed', setting };
}

/** With the first image, wherever it stands, Claude reads all messages another way. */
function compareImages(before: Prompt, after: Prompt): PromptDifference | null {
  return hasImages(before) === hasImages(after) ? null : { kind: 'settings-changed', setting: 'images' };
}

function hasImages({ blocks }: Prompt): boolean {
  return blocks.some(({ isImage }) => isImage);
}

function compareMessages(before: Prompt, after: Prompt): PromptDifference | null {
  const cached = before.blocks.slice(0, countCachedBlocks(before)).filter(({ part }) => part === 'messages');
  const now = partOf(after, 'messages');
  const at = cached.findIndex(
    (block, index) => block.content !== now[index]?.content || block.name !== now[index]?.name,
  );
  if (at === -1) return null;
  const { element, block, name } = now[at] ?? cached[at] ?? { element: 0, block: 0, name: '' };
  return { kind: 'message-changed', message: element, block, role: name };
}
