import { useQuery } from '@tanstack/react-query';
import { accountsQuery } from './account-queries.ts';
import { keysQuery } from './key-queries.ts';

/** Names of accounts and keys by their ids, as far as they are known. */
export function useNames(): ReadonlyMap<string, string> {
  const accounts = useQuery({ ...accountsQuery, refetchInterval: false }).data?.accounts ?? [];
  const keys = useQuery(keysQuery).data?.keys ?? [];
  return new Map([
    ...accounts.map(({ accountId, name }) => [accountId, name] as const),
    ...keys.map(({ keyId, name }) => [keyId, name] as const),
  ]);
}
