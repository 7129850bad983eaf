import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  notFound,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { accountsQuery } from './api/account-queries.ts';
import { auditQuery } from './api/audit-queries.ts';
import { isSignedOut } from './api/client.ts';
import { parseConversationFilters, type ConversationFilters } from './api/conversation-filters.ts';
import { conversationListQuery, conversationQuery } from './api/conversation-queries.ts';
import { meQuery, requestListQuery, requestQuery } from './api/queries.ts';
import { parseRequestFilters, type RequestFilters } from './api/request-filters.ts';
import { keysQuery } from './api/key-queries.ts';
import { findWrong, type Tolerant, toTolerant } from './api/invalid-filter.ts';
import { type KeysPlace, parseKeysPlace } from './api/keys-place.ts';
import { windowsQuery } from './api/limit-queries.ts';
import { type LimitsPlace, parseLimitsPlace } from './api/limits-place.ts';
import { parseUsageFilters, type UsageFilters } from './api/usage-filters.ts';
import { usageQuery } from './api/usage-queries.ts';
import { parseSearchFilters, type SearchFilters } from './api/search-filters.ts';
import { CONVERSATION_PANES, type ConversationPane, PATHS, REQUEST_TABS, type RequestTab } from './paths.ts';
import { FailedPage } from './shell/failed-page.tsx';
import { LostPage } from './shell/lost-page.tsx';
import { Shell } from './shell/shell.tsx';
import { ListSkeleton, PanelsSkeleton, Skeleton } from './ui/skeleton.tsx';

const root = createRootRouteWithContext<{ queries: QueryClient }>()({
  component: Outlet,
  notFoundComponent: LostPage,
  errorComponent: FailedPage,
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: PATHS.signIn,
  // Said even where it is not valid: the router passes on by itself what a check leaves out.
  validateSearch: (search): { next?: string | undefined } => ({
    next: isOwnPath(search['next']) ? search['next'] : undefined,
  }),
  component: lazyRouteComponent(() => import('./features/sign-in/sign-in-page.tsx'), 'SignInPage'),
});

const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  component: Shell,
  errorComponent: FailedPage,
  beforeLoad: async ({ context, location }) => {
    try {
      await context.queries.ensureQueryData(meQuery);
    } catch (error) {
      if (!isSignedOut(error)) throw error;
      throw redirect({ to: PATHS.signIn, search: location.href === '/' ? {} : { next: location.href } });
    }
  },
});

const home = createRoute({
  getParentRoute: () => shell,
  path: PATHS.home,
  beforeLoad: () => {
    throw redirect({ to: PATHS.live });
  },
});

const live = createRoute({
  getParentRoute: () => shell,
  path: PATHS.live,
  staticData: { title: 'Live' },
  component: lazyRouteComponent(() => import('./features/live/live-page.tsx'), 'LivePage'),
  pendingComponent: () => <ListSkeleton rows={8} />,
});

const conversations = createRoute({
  getParentRoute: () => shell,
  path: PATHS.conversations,
  staticData: { title: 'Conversations' },
  validateSearch: (search): Tolerant<ConversationFilters & { at?: string | undefined }> => ({
    ...toTolerant(parseConversationFilters)(search),
    at: toText(search['at']),
  }),
  loaderDeps: ({ search }) => ({ filters: parseConversationFilters(search) }),
  loader: ({ context, deps }) => context.queries.ensureInfiniteQueryData(conversationListQuery(deps.filters)),
  component: lazyRouteComponent(() => import('./features/conversations/conversations-page.tsx'), 'ConversationsPage'),
  pendingComponent: () => <ListSkeleton rows={14} />,
  errorComponent: FailedPage,
});

/** Where in a conversation one is; all of it is in the address. */
interface ConversationPlace {
  readonly branch?: string | undefined;
  /** The request whose messages are to be in view. */
  readonly at?: string | undefined;
  readonly pane?: ConversationPane | undefined;
  /** The two requests to be compared; `from` alone is one side that waits for the other. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

const conversation = createRoute({
  getParentRoute: () => shell,
  path: PATHS.conversation,
  staticData: { title: 'Conversation' },
  validateSearch: (search): ConversationPlace => ({
    branch: toText(search['branch']),
    at: toText(search['at']),
    pane: CONVERSATION_PANES.find((name) => name === search['pane']),
    from: toText(search['from']),
    to: toText(search['to']),
  }),
  loader: ({ context, params }) => context.queries.ensureQueryData(conversationQuery(params.conversationId)),
  component: lazyRouteComponent(() => import('./features/conversations/conversation-page.tsx'), 'ConversationPage'),
  pendingComponent: RequestSkeleton,
  errorComponent: FailedPage,
});

const searchRoom = createRoute({
  getParentRoute: () => shell,
  path: PATHS.search,
  staticData: { title: 'Search' },
  // `at` is the hit one comes back to; it narrows nothing.
  validateSearch: (said): Tolerant<SearchFilters & { at?: string | undefined }> => ({
    ...toTolerant(parseSearchFilters)(said),
    at: toText(said['at']),
  }),
  component: lazyRouteComponent(() => import('./features/search/search-page.tsx'), 'SearchPage'),
  pendingComponent: () => <ListSkeleton rows={10} />,
  errorComponent: FailedPage,
});

const requests = createRoute({
  getParentRoute: () => shell,
  path: PATHS.requests,
  staticData: { title: 'Requests' },
  // `at` is the row one comes back to; it narrows nothing.
  validateSearch: (search): Tolerant<RequestFilters & { at?: string | undefined }> => ({
    ...toTolerant(parseRequestFilters)(search),
    at: toText(search['at']),
  }),
  loaderDeps: ({ search }) => ({ filters: parseRequestFilters(search) }),
  loader: ({ context, deps }) => context.queries.ensureInfiniteQueryData(requestListQuery(deps.filters)),
  component: lazyRouteComponent(() => import('./features/requests/requests-page.tsx'), 'RequestsPage'),
  pendingComponent: () => <ListSkeleton rows={14} />,
  errorComponent: FailedPage,
});

const usage = createRoute({
  getParentRoute: () => shell,
  path: PATHS.usage,
  staticData: { title: 'Usage' },
  validateSearch: (search): Tolerant<UsageFilters> => toTolerant(parseUsageFilters)(search),
  loaderDeps: ({ search }) => ({ filters: parseUsageFilters(search) }),
  loader: ({ context, deps }) => context.queries.ensureQueryData(usageQuery(deps.filters)),
  component: lazyRouteComponent(() => import('./features/usage/usage-page.tsx'), 'UsagePage'),
  pendingComponent: () => <PanelsSkeleton tiles={4} />,
  errorComponent: FailedPage,
});

const limits = createRoute({
  getParentRoute: () => shell,
  path: PATHS.limits,
  staticData: { title: 'Limits' },
  validateSearch: (search): Tolerant<LimitsPlace> => toTolerant(parseLimitsPlace)(search),
  loader: ({ context }) => context.queries.ensureQueryData(windowsQuery),
  component: lazyRouteComponent(() => import('./features/limits/limits-page.tsx'), 'LimitsPage'),
  pendingComponent: () => <PanelsSkeleton tiles={2} />,
  errorComponent: FailedPage,
});

const keys = createRoute({
  getParentRoute: () => shell,
  path: PATHS.keys,
  staticData: { title: 'Keys' },
  // `at` is the row one comes back to; it narrows nothing.
  validateSearch: (search): Tolerant<KeysPlace & { at?: string | undefined }> => ({
    ...toTolerant(parseKeysPlace)(search),
    at: toText(search['at']),
  }),
  loader: ({ context }) => context.queries.ensureQueryData(keysQuery),
  component: lazyRouteComponent(() => import('./features/keys/keys-page.tsx'), 'KeysPage'),
  pendingComponent: () => <ListSkeleton rows={10} />,
  errorComponent: FailedPage,
});

const key = createRoute({
  getParentRoute: () => shell,
  path: PATHS.key,
  staticData: { title: 'Key' },
  loader: ({ context }) => context.queries.ensureQueryData(keysQuery),
  component: lazyRouteComponent(() => import('./features/keys/key-page.tsx'), 'KeyPage'),
  pendingComponent: RequestSkeleton,
  errorComponent: FailedPage,
});

const audit = createRoute({
  getParentRoute: () => shell,
  path: PATHS.audit,
  staticData: { title: 'Audit' },
  loader: ({ context }) => context.queries.ensureInfiniteQueryData(auditQuery),
  component: lazyRouteComponent(() => import('./features/audit/audit-page.tsx'), 'AuditPage'),
  pendingComponent: () => <ListSkeleton rows={10} />,
  errorComponent: FailedPage,
});

const accounts = createRoute({
  getParentRoute: () => shell,
  path: PATHS.accounts,
  staticData: { title: 'Accounts' },
  loader: ({ context }) => context.queries.ensureQueryData(accountsQuery),
  component: lazyRouteComponent(() => import('./features/accounts/accounts-page.tsx'), 'AccountsPage'),
  pendingComponent: () => <ListSkeleton rows={6} />,
  errorComponent: FailedPage,
});

/** Whatever is no page: it is told inside the shell, where one can go on. */
const lost = createRoute({
  getParentRoute: () => shell,
  path: '$',
  staticData: { title: 'No such page' },
  component: LostPage,
});

/** What is shaped otherwise is a mistyped address, not a request that is gone. */
const REQUEST_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const request = createRoute({
  getParentRoute: () => shell,
  path: PATHS.request,
  staticData: { title: 'Request' },
  // The filters of the list travel along, so that "next" walks the list one came from.
  validateSearch: (search): Tolerant<RequestFilters & { tab?: RequestTab | undefined }> => ({
    ...toTolerant(parseRequestFilters)(search),
    tab: REQUEST_TABS.find((name) => name === search['tab']),
  }),
  loader: ({ context, params }) => {
    if (!REQUEST_ID.test(params.requestId)) throw notFound();
    return context.queries.ensureQueryData(requestQuery(params.requestId));
  },
  notFoundComponent: LostPage,
  component: lazyRouteComponent(() => import('./features/requests/request-page.tsx'), 'RequestPage'),
  pendingComponent: RequestSkeleton,
  errorComponent: FailedPage,
});

/** The router of the whole dashboard. */
export function createDashboardRouter(queries: QueryClient) {
  return createRouter({
    routeTree: root.addChildren([
      signIn,
      shell.addChildren([
        home,
        live,
        conversations,
        conversation,
        searchRoom,
        requests,
        request,
        usage,
        limits,
        keys,
        key,
        accounts,
        audit,
        lost,
      ]),
    ]),
    context: { queries },
    defaultPreload: 'intent',
    // The query cache decides what is fresh.
    defaultPreloadStaleTime: 0,
    defaultPendingMs: 150,
    scrollRestoration: false,
    // Every value in an address is plain text; the default would read `status=429` as a number.
    parseSearch: (search) => Object.fromEntries(new URLSearchParams(search)),
    stringifySearch: toSearch,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createDashboardRouter>;
  }
}

function toSearch(search: Readonly<Record<string, unknown>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) if (typeof value === 'string') query.set(name, value);
  // What is wrong stays in the address, and is told for as long as it stands there.
  for (const { name, value } of findWrong(search)) if (!query.has(name)) query.set(name, value);
  return query.size === 0 ? '' : `?${query.toString()}`;
}

function toText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A path of this dashboard; anything else in `next` would make the sign-in page an open redirect. */
function isOwnPath(path: unknown): path is string {
  return typeof path === 'string' && /^\/(?![/\\])/.test(path);
}

function RequestSkeleton() {
  return (
    <div role="status" aria-label="Loading" className="flex flex-col gap-4 p-6">
      <Skeleton className="h-6 w-72" />
      <Skeleton className="h-16" />
      <Skeleton className="h-28" />
      <Skeleton className="h-64" />
    </div>
  );
}
