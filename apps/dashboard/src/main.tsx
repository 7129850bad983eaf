import './theme/theme.css';
import { ApiError } from '@nexus/contract';
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { isSignedOut } from './api/client.ts';
import { meQuery } from './api/queries.ts';
import { createDashboardRouter } from './routes.tsx';

const queries = new QueryClient({
  queryCache: new QueryCache({
    onError(error, query) {
      if (!isSignedOut(error) || query.queryKey === meQuery.queryKey) return;
      // The session ended under an open page: asking anew who is signed in leads to the sign-in page and back here.
      queries.removeQueries({ queryKey: meQuery.queryKey });
      void router.invalidate();
    },
  }),
  defaultOptions: { queries: { retry: false, refetchOnWindowFocus: false } },
});
const router = createDashboardRouter(queries);
const place = document.querySelector('#root');
if (!place) throw new Error('index.html has a #root');

createRoot(place, {
  // What the API refused is told on the page; the console is for what nobody expected.
  onCaughtError: (error) => isTold(error) || console.error(error),
}).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);

function isTold(error: unknown): boolean {
  return error instanceof ApiError || (error instanceof Error && error.cause instanceof ApiError);
}
