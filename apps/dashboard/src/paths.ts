/** Every address of the dashboard; nothing else writes one. */
export const PATHS = {
  home: '/',
  signIn: '/sign-in',
  live: '/live',
  requests: '/requests',
  request: '/requests/$requestId',
} as const;

export const REQUEST_TABS = ['messages', 'timing', 'headers', 'raw'] as const;
export type RequestTab = (typeof REQUEST_TABS)[number];
