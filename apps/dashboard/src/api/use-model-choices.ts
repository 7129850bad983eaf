import { useQueryClient } from '@tanstack/react-query';
import { readCachedConversations, readCachedRequests } from './cached-lists.ts';

/** Models of every row that was loaded so far; the API has no list of models. */
export function useModelChoices(
  chosen: string | undefined,
): readonly { readonly value: string; readonly label: string }[] {
  const queries = useQueryClient();
  const models = new Set([
    ...readCachedRequests(queries).flatMap((request) => request.model ?? []),
    ...readCachedConversations(queries).flatMap((conversation) => conversation.modelsUsed),
  ]);
  if (chosen !== undefined) models.add(chosen);
  return [...models].sort().map((model) => ({ value: model, label: model }));
}
