/** Every address of the dashboard; nothing else writes one. */
export const PATHS = {
  home: '/',
  signIn: '/sign-in',
  live: '/live',
  conversations: '/conversations',
  conversation: '/conversations/$conversationId',
  search: '/search',
  usage: '/usage',
  limits: '/limits',
  keys: '/keys',
  key: '/keys/$keyId',
  accounts: '/accounts',
  requests: '/requests',
  request: '/requests/$requestId',
  audit: '/audit',
} as const;

/** Where the rail leads. */
export type RoomPath = (typeof PATHS)[
  | 'live'
  | 'conversations'
  | 'search'
  | 'requests'
  | 'usage'
  | 'limits'
  | 'keys'
  | 'accounts'
  | 'audit'];

export const REQUEST_TABS = ['messages', 'timing', 'headers', 'raw'] as const;
export type RequestTab = (typeof REQUEST_TABS)[number];

/** Parts of a conversation; beside the transcript there is room for one of the others, and on a phone for one alone. */
export const CONVERSATION_PANES = ['transcript', 'outline', 'tree'] as const;
export type ConversationPane = (typeof CONVERSATION_PANES)[number];
