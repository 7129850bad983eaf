import type { KeySummary } from '@nexus/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { lastUseQuery } from '../../api/key-queries.ts';
import type { KeysPlace } from '../../api/keys-place.ts';
import { PATHS } from '../../paths.ts';
import { Fact, None } from '../../ui/fact.tsx';
import { useNow } from '../../ui/use-now.ts';
import { formatAgo, formatDay, formatExact } from '../../words/format-instant.ts';
import { KEY_SCOPE_WORDS } from '../../words/key-words.ts';
import { shortProject } from '../../words/short-project.ts';

/** Whose a key is, what it may do, and when what was. */
export function KeyFacts({ keySummary: key }: { readonly keySummary: KeySummary }) {
  const { owner, project, scopes, labels, expiresAt, rotatedAt } = key;
  return (
    <dl className="grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-3 lg:grid-cols-5">
      <Fact label="Owner" title={owner ?? undefined}>
        {owner === null ? <None>nobody</None> : <ListLink place={{ text: owner }}>{owner}</ListLink>}
      </Fact>
      <Fact label="Project" title={project ?? undefined}>
        {project === null ? <None>none</None> : <ListLink place={{ text: project }}>{shortProject(project)}</ListLink>}
      </Fact>
      <Fact label="Domain" title={key.domain ?? undefined}>
        {key.domain ?? <None>every domain</None>}
      </Fact>
      <Fact
        label="May do"
        title={scopes.map((scope) => `${KEY_SCOPE_WORDS[scope].label} ${KEY_SCOPE_WORDS[scope].about}`).join('; ')}
      >
        {scopes.map((scope) => KEY_SCOPE_WORDS[scope].label).join(', ')}
      </Fact>
      <Fact label="Labels" title={labels.join(', ')}>
        {labels.length === 0 ? <None>none</None> : labels.join(', ')}
      </Fact>
      <Fact label="Created" title={formatExact(key.createdAt)}>
        {formatDay(key.createdAt)}
      </Fact>
      <Fact label="Ends" title={expiresAt === null ? undefined : formatExact(expiresAt)}>
        {expiresAt === null ? <None>never</None> : formatDay(expiresAt)}
      </Fact>
      <Fact label="Rotated" title={rotatedAt === null ? undefined : formatExact(rotatedAt)}>
        {rotatedAt === null ? <None>never</None> : formatDay(rotatedAt)}
      </Fact>
      <LastUse keySummary={key} />
    </dl>
  );
}

const CLOCK_MS = 10_000;

/** Who came with it last, as far as its last request tells. */
function LastUse({ keySummary: { keyId, lastUsedAt } }: { readonly keySummary: KeySummary }) {
  const last = useQuery(lastUseQuery(keyId)).data;
  const now = useNow(CLOCK_MS);
  const at = lastUsedAt ?? last?.startedAt ?? null;
  if (at === null) {
    return (
      <Fact label="Last used">
        <None>never</None>
      </Fact>
    );
  }
  return (
    <>
      <Fact label="Last used" title={formatExact(at)}>
        {last ? (
          <Link
            to={PATHS.request}
            params={{ requestId: last.requestId }}
            className="underline decoration-line-strong underline-offset-2 hover:decoration-accent"
          >
            {formatAgo(at, now)}
          </Link>
        ) : (
          formatAgo(at, now)
        )}
      </Fact>
      {last && (
        <Fact label="By" title={[last.userId, last.userAgent].filter(Boolean).join(', ')}>
          {last.userId ?? last.userAgent ?? <None>not told</None>}
        </Fact>
      )}
    </>
  );
}

/** Leads to all keys of the same owner or project. */
function ListLink({ place, children }: { readonly place: KeysPlace; readonly children: ReactNode }) {
  return (
    <Link
      to={PATHS.keys}
      search={place}
      className="underline decoration-line-strong underline-offset-2 hover:decoration-accent"
    >
      {children}
    </Link>
  );
}
