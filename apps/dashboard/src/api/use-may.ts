import { OPERATIONS, type OperationName } from '@nexus/contract';
import { useQuery } from '@tanstack/react-query';
import { meQuery } from './queries.ts';

/** Whether whoever is signed in may perform an operation; the gateway decides again when it is asked. */
export function useMay(name: OperationName): boolean {
  const scopes = useQuery(meQuery).data?.scopes ?? [];
  return scopes.includes(OPERATIONS[name].scope);
}
