import type { RequestSummary } from '@nexus/contract';
import type { RequestFilters } from '../api/request-filters.ts';
import { PATHS } from '../paths.ts';
import { type Theme, THEMES } from '../theme/theme.ts';
import { KIND_WORDS, KINDS } from '../words/kind-words.ts';

/** Something the palette can do. */
export interface Command {
  readonly id: string;
  readonly label: string;
  readonly group: 'Room' | 'Request' | 'Filter' | 'Theme';
  /** More words to be found by. */
  readonly words: string;
  readonly does:
    | { readonly type: 'room'; readonly to: typeof PATHS.live | typeof PATHS.requests }
    | { readonly type: 'request'; readonly requestId: string }
    | { readonly type: 'filter'; readonly filters: RequestFilters }
    | { readonly type: 'theme'; readonly theme: Theme };
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i;
const SHOWN_MAX = 40;

/** Everything the palette offers, given the domains and the requests that are known here. */
export function toCommands(known: {
  readonly domains: readonly string[];
  readonly recent: readonly RequestSummary[];
}): readonly Command[] {
  const models = [...new Set(known.recent.flatMap((request) => request.model ?? []))].sort();
  const requests = new Map(known.recent.map((request) => [request.requestId, request]));
  return [
    {
      id: 'live',
      label: 'Live',
      group: 'Room',
      words: 'go to in flight streaming',
      does: { type: 'room', to: PATHS.live },
    },
    {
      id: 'requests',
      label: 'Requests',
      group: 'Room',
      words: 'go to list',
      does: { type: 'room', to: PATHS.requests },
    },
    filter('Requests that went wrong', 'errors failed', { status: 'error' }),
    filter('Requests refused for limits', '429 rate', { status: '429' }),
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
    ...[...requests.values()].map(toRequestCommand),
  ];
}

/** The commands that `text` means, best first: a whole id wins, then labels that start so, then any that hold every word. */
export function findCommands(commands: readonly Command[], text: string): readonly Command[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return commands.filter((command) => command.group !== 'Request').slice(0, SHOWN_MAX);
  const requestId = UUID.exec(wanted)?.[0];
  if (requestId !== undefined) return [openRequest(requestId, requestId, '')];
  const words = wanted.split(/\s+/);
  const found = commands.filter((command) => {
    const searched = `${command.label} ${command.words} ${command.group}`.toLowerCase();
    return words.every((word) => searched.includes(word));
  });
  const starts = (command: Command) => (command.label.toLowerCase().startsWith(wanted) ? 0 : 1);
  return found.sort((a, b) => starts(a) - starts(b)).slice(0, SHOWN_MAX);
}

function filter(label: string, words: string, filters: RequestFilters): Command {
  return { id: `filter-${label}`, label, group: 'Filter', words: `filter ${words}`, does: { type: 'filter', filters } };
}

function toRequestCommand(request: RequestSummary): Command {
  const label = request.preview.trim() || `${request.method} ${request.path}`;
  return openRequest(request.requestId, label, `${request.requestId} ${request.upstreamRequestId ?? ''}`);
}

function openRequest(requestId: string, label: string, words: string): Command {
  return { id: `request-${requestId}`, label, group: 'Request', words, does: { type: 'request', requestId } };
}
