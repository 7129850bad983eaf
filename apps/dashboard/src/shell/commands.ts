import type { ConversationSummary, RequestSummary } from '@nexus/contract';
import type { ConversationFilters } from '../api/conversation-filters.ts';
import type { SetRule } from '../api/limits-place.ts';
import type { RequestFilters } from '../api/request-filters.ts';
import { PATHS, type RoomPath } from '../paths.ts';
import { type Theme, THEMES } from '../theme/theme.ts';
import { KIND_WORDS, KINDS } from '../words/kind-words.ts';
import { toRequestLine } from '../words/request-line.ts';

/** Something the palette can do. */
export interface Command {
  readonly id: string;
  readonly label: string;
  readonly group: 'Room' | 'Action' | 'Conversation' | 'Request' | 'Filter' | 'Search' | 'Theme';
  /** More words to be found by. */
  readonly words: string;
  readonly does:
    | { readonly type: 'room'; readonly to: RoomPath }
    | { readonly type: 'search'; readonly q: string }
    | { readonly type: 'conversation'; readonly conversationId: string }
    | { readonly type: 'conversation-filter'; readonly filters: ConversationFilters }
    | { readonly type: 'request'; readonly requestId: string }
    | { readonly type: 'filter'; readonly filters: RequestFilters }
    | { readonly type: 'make-key' }
    | { readonly type: 'set-rule'; readonly rule: SetRule }
    | { readonly type: 'shortcuts' }
    | { readonly type: 'sign-out' }
    | { readonly type: 'theme'; readonly theme: Theme };
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i;
const SHOWN_MAX = 40;

/** Where the palette leads, with more words to be found by. */
const ROOMS: readonly (readonly [label: string, to: RoomPath, words: string])[] = [
  ['Live', PATHS.live, 'in flight streaming'],
  ['Conversations', PATHS.conversations, 'threads branches sub-agents'],
  ['Search', PATHS.search, 'find messages words text'],
  ['Requests', PATHS.requests, 'list'],
  ['Usage', PATHS.usage, 'cost money tokens spend dollars cache analytics'],
  ['Limits', PATHS.limits, 'windows 5 hours 7 days left reset forecast quota'],
  ['Keys', PATHS.keys, 'client keys tokens nx_live owners rotate revoke expire access'],
  ['Accounts', PATHS.accounts, 'credentials tokens limits windows resting'],
  ['Audit', PATHS.audit, 'who changed what deleted imported keys'],
];

const ACTIONS: readonly Command[] = [
  action('New key', 'make create client token', { type: 'make-key' }),
  action('Set a budget', 'money dollars spend bound', { type: 'set-rule', rule: 'budget' }),
  action('Set limits', 'rate requests tokens minute concurrency bound', { type: 'set-rule', rule: 'limits' }),
  action('Keyboard shortcuts', 'keys help sheet', { type: 'shortcuts' }),
  action('Sign out', 'leave log out', { type: 'sign-out' }),
];

/** Everything the palette offers, given the domains and the requests that are known here. */
export function toCommands(known: {
  readonly domains: readonly string[];
  readonly recent: readonly RequestSummary[];
  readonly conversations: readonly ConversationSummary[];
}): readonly Command[] {
  const models = [...new Set(known.recent.flatMap((request) => request.model ?? []))].sort();
  const conversations = new Map(known.conversations.map((row) => [row.conversationId, row]));
  const requests = new Map(known.recent.map((request) => [request.requestId, request]));
  return [
    ...ROOMS.map(toRoomCommand),
    ...ACTIONS,
    filter('Requests that went wrong', 'errors failed', { status: 'error' }),
    filter('Requests refused for limits', '429 rate', { status: '429' }),
    conversationFilter('Conversations with sub-agents', 'agents tasks', { hasSubAgents: 'true' }),
    conversationFilter('Conversations with errors', 'failed', { hasErrors: 'true' }),
    ...models.map((model) => filter(`Model ${model}`, '', { model })),
    ...known.domains.map((domain) => filter(`Domain ${domain}`, '', { domain })),
    ...KINDS.map((kind) => filter(`Kind ${KIND_WORDS[kind].label}`, kind, { kind })),
    ...THEMES.map((theme): Command => ({
      id: `theme-${theme}`,
      label: `Theme: ${theme}`,
      group: 'Theme',
      words: 'toggle colours',
      does: { type: 'theme', theme },
    })),
    ...[...conversations.values()].map(toConversationCommand),
    ...[...requests.values()].map(toRequestCommand),
  ];
}

function action(label: string, words: string, does: Command['does']): Command {
  return { id: `action-${label}`, label, group: 'Action', words, does };
}

function toRoomCommand([label, to, words]: (typeof ROOMS)[number]): Command {
  return { id: label.toLowerCase(), label, group: 'Room', words: `go to ${words}`, does: { type: 'room', to } };
}

/**
 * The commands that `text` means, best first: a whole id wins, then labels that start so, then any that hold every word;
 * last, whoever else said it.
 */
export function findCommands(commands: readonly Command[], text: string): readonly Command[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return commands.filter((command) => !isRecord(command)).slice(0, SHOWN_MAX);
  const id = UUID.exec(wanted)?.[0];
  if (id !== undefined) return [isConversationId(id) ? openConversation(id, id) : openRequest(id, id, '')];
  const words = wanted.split(/\s+/);
  const found = commands.filter((command) => {
    const searched = `${command.label} ${command.words} ${command.group}`.toLowerCase();
    return words.every((word) => searched.includes(word));
  });
  const starts = (command: Command) => (command.label.toLowerCase().startsWith(wanted) ? 0 : 1);
  return [...found.sort((a, b) => starts(a) - starts(b)).slice(0, SHOWN_MAX), searchFor(text.trim())];
}

function searchFor(q: string): Command {
  const does = { type: 'search', q } as const;
  return { id: 'search-for', label: `Search messages for “${q}”`, group: 'Search', words: '', does };
}

function filter(label: string, words: string, filters: RequestFilters): Command {
  return { id: `filter-${label}`, label, group: 'Filter', words: `filter ${words}`, does: { type: 'filter', filters } };
}

function conversationFilter(label: string, words: string, filters: ConversationFilters): Command {
  const does = { type: 'conversation-filter', filters } as const;
  return { id: `filter-${label}`, label, group: 'Filter', words: `filter ${words}`, does };
}

/** One of many that are stored; offered only where it is asked for. */
function isRecord({ group }: Command): boolean {
  return group === 'Request' || group === 'Conversation';
}

/** Ids of conversations are UUIDs of version 8, made from what they begin with; those of requests are of version 7. */
function isConversationId(id: string): boolean {
  return id.charAt(14) === '8';
}

function toConversationCommand({ conversationId, title }: ConversationSummary): Command {
  return openConversation(conversationId, title?.trim() || conversationId);
}

function openConversation(conversationId: string, label: string): Command {
  const does = { type: 'conversation', conversationId } as const;
  return { id: `conversation-${conversationId}`, label, group: 'Conversation', words: conversationId, does };
}

function toRequestCommand(request: RequestSummary): Command {
  const label = request.preview.trim() || toRequestLine(request);
  return openRequest(request.requestId, label, `${request.requestId} ${request.upstreamRequestId ?? ''}`);
}

function openRequest(requestId: string, label: string, words: string): Command {
  return { id: `request-${requestId}`, label, group: 'Request', words, does: { type: 'request', requestId } };
}
