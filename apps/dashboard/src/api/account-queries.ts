import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from './client.ts';

/** What is in flight changes all the time; that an account rests is told by the live feed at once. */
const ACCOUNTS_EVERY_MS = 5_000;

/** Every account of the gateway with how it is. */
export const accountsQuery = queryOptions({
  queryKey: ['accounts'],
  queryFn: ({ signal }) => api.perform('account.list', {}, { signal }),
  refetchInterval: ACCOUNTS_EVERY_MS,
  placeholderData: keepPreviousData,
});

/** What a person can do with an account. */
export type AccountAct = 'test' | 'pause' | 'resume' | 'rotate';

/** Does it, and gives the sentence to show. */
export async function actOnAccount({ act, accountId }: { act: AccountAct; accountId: string }): Promise<AccountActed> {
  switch (act) {
    case 'test':
    case 'rotate': {
      const { ok, message, durationMs } = await api.perform(`account.${act}`, { accountId });
      return { ok, message, durationMs };
    }
    case 'pause':
    case 'resume':
      await api.perform(`account.${act}`, { accountId });
      return { ok: true, message: act === 'pause' ? 'New requests go elsewhere.' : 'The next request tries it.' };
    default:
      return act satisfies never;
  }
}

export interface AccountActed {
  readonly ok: boolean;
  readonly message: string;
  readonly durationMs?: number;
}
