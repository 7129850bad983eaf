import type { AuditEntry } from '@nexus/contract';
import { useSuspenseInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ScrollText } from 'lucide-react';
import { auditQuery } from '../../api/audit-queries.ts';
import { useNames } from '../../api/use-names.ts';
import { PATHS } from '../../paths.ts';
import { Ago } from '../../ui/ago.tsx';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { toActorWords, toChangeWords, toDetailWords } from '../../words/audit-words.ts';

/** Who changed what: the newest first. */
export function AuditPage() {
  const list = useSuspenseInfiniteQuery(auditQuery);
  const entries = list.data.pages.flatMap((page) => page.entries);
  if (entries.length === 0) {
    return (
      <Notice icon={<ScrollText />} title="Nothing was changed yet">
        <p>
          Who deletes or imports a conversation, makes or revokes a key, and what the gateway drops because it is too
          old, stands here: with the change itself, in one transaction.
        </p>
      </Notice>
    );
  }
  return (
    <div className="min-h-0 grow overflow-y-auto" tabIndex={0} role="region" aria-label="Audit">
      <ol aria-label="Changes" className="mx-auto flex max-w-4xl flex-col px-4 py-3 sm:px-6">
        {entries.map((entry) => (
          <Change key={entry.auditId} entry={entry} />
        ))}
      </ol>
      {list.hasNextPage && (
        <p className="flex justify-center pb-6">
          <Button disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Older changes
          </Button>
        </p>
      )}
    </div>
  );
}

function Change({ entry }: { readonly entry: AuditEntry }) {
  const names = useNames();
  const detail = toDetailWords(entry);
  return (
    <li className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5 border-b py-2.5 text-sm last:border-b-0">
      <span className="min-w-0">
        <span className="font-medium">{toActorWords(entry)}</span>{' '}
        <span className="text-ink-2">{toChangeWords(entry, names)}</span>
      </span>
      <span className="ml-auto shrink-0 text-xs">
        <Ago iso={entry.at} />
      </span>
      <span className="flex w-full min-w-0 flex-wrap gap-x-3 text-xs text-ink-3">
        {detail !== '' && <span className="wrap-anywhere">{detail}</span>}
        {entry.domain !== null && <span>{entry.domain}</span>}
        <Subject entry={entry} />
      </span>
    </li>
  );
}

/** What was changed, with a way to it where it is still there. */
function Subject({ entry: { noun, verb, nounId } }: { readonly entry: AuditEntry }) {
  const names = useNames();
  // Whose limits they are is in the sentence.
  if (noun === 'storage' || noun === 'limit' || noun === 'budget') return null;
  const look = 'truncate font-mono text-accent underline-offset-2 hover:underline';
  if (noun === 'key' && names.has(nounId)) {
    return (
      <Link to={PATHS.key} params={{ keyId: nounId }} className={look}>
        {nounId}
      </Link>
    );
  }
  if (noun === 'conversation' && verb === 'import') {
    return (
      <Link to={PATHS.conversation} params={{ conversationId: nounId }} className={look}>
        {nounId}
      </Link>
    );
  }
  return <span className="truncate font-mono">{nounId}</span>;
}
