import { ApiError, ApiErrorBody } from '@nexus/contract';

/**
 * Opens a session by DASHBOARD_API_KEY.
 * @throws {ApiError} `sign-in-required` for another key, or `network`.
 */
export async function signIn(body: { readonly key: string }): Promise<void> {
  await post('/api/sign-in', body);
}

/** Ends the session. A session that ended already is what the caller wanted. */
export async function signOut(): Promise<void> {
  await post('/api/sign-out', {}).catch(() => undefined);
}

async function post(path: string, body: unknown): Promise<void> {
  const answer = await fetch(path, {
    method: 'POST',
    credentials: 'same-origin',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }).catch((cause: unknown) => {
    const message = 'Claude Nexus does not answer. Is it running?';
    throw new ApiError({ code: 'network', message, status: 0, requestId: null, cause });
  });
  if (answer.ok) return;
  const parsed = ApiErrorBody.safeParse(await answer.json().catch(() => null));
  throw new ApiError({
    ...(parsed.success
      ? parsed.data.error
      : { code: 'answer-unreadable', message: `The answer was status ${answer.status}.`, requestId: null }),
    status: answer.status,
  });
}
