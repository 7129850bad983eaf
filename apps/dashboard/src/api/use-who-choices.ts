import { useQuery, useQueryClient } from '@tanstack/react-query';
import { shortProject } from '../words/short-project.ts';
import { readCachedConversations, readCachedRequests } from './cached-lists.ts';
import { keysQuery } from './key-queries.ts';

interface WhoChoice {
  readonly value: string;
  readonly label: string;
}

export interface WhoChoices {
  readonly users: readonly WhoChoice[];
  readonly projects: readonly WhoChoice[];
  readonly keys: readonly WhoChoice[];
}

/** Users and projects of every row that was loaded so far, since the API has no list of them; and keys that were used. */
export function useWhoChoices(): WhoChoices {
  const queries = useQueryClient();
  const keys = useQuery(keysQuery).data?.keys ?? [];
  const requests = readCachedRequests(queries);
  const conversations = readCachedConversations(queries);
  const users = [...requests.map(({ userId }) => userId ?? ''), ...conversations.flatMap(({ userIds }) => userIds)];
  const projects = [...requests.map(({ project }) => project ?? ''), ...conversations.flatMap((one) => one.projects)];
  return {
    users: toChoices(users, (user) => user),
    projects: toChoices(projects, shortProject),
    keys: keys
      .filter(({ lastUsedAt }) => lastUsedAt !== null)
      .map(({ keyId, name }) => ({ value: keyId, label: name }))
      .toSorted((one, other) => one.label.localeCompare(other.label)),
  };
}

function toChoices(values: readonly string[], toLabel: (value: string) => string): readonly WhoChoice[] {
  return [...new Set(values)]
    .filter((value) => value !== '')
    .map((value) => ({ value, label: toLabel(value) }))
    .toSorted((one, other) => one.label.localeCompare(other.label));
}
