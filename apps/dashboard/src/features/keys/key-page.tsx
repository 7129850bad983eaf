import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ArrowLeft, SearchX } from 'lucide-react';
import { keysQuery, keyUsageQuery } from '../../api/key-queries.ts';
import { PATHS } from '../../paths.ts';
import { Badge } from '../../ui/badge.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { useHotkeys } from '../../ui/use-hotkeys.ts';
import { useNow } from '../../ui/use-now.ts';
import { formatExact } from '../../words/format-instant.ts';
import { toKeyState, toKeyStateWords } from '../../words/key-words.ts';
import { KeyActions } from './key-actions.tsx';
import { KeyChanges } from './key-changes.tsx';
import { KeyFacts } from './key-facts.tsx';
import { KeyRules } from './key-rules.tsx';
import { KeyUsagePanel } from './key-usage-panel.tsx';

const route = getRouteApi('/shell/keys/$keyId');
const CLOCK_MS = 1_000;

/** One key: how it is, whose it is, what it used, what it may use, and who changed it. */
export function KeyPage() {
  const { keyId } = route.useParams();
  const navigate = route.useNavigate();
  const { keys } = useSuspenseQuery(keysQuery).data;
  const report = useQuery(keyUsageQuery).data;
  const now = useNow(CLOCK_MS);
  const key = keys.find((one) => one.keyId === keyId);
  useHotkeys({ Escape: () => void navigate({ to: PATHS.keys, search: { at: keyId } }) });
  if (key === undefined) return <NoSuchKey />;
  const state = toKeyState(key, now);
  const words = toKeyStateWords(state, now);
  const { previousUntil } = key;
  return (
    <div className="min-h-0 grow overflow-y-auto" tabIndex={0} role="region" aria-label="Key">
      <div className="mx-auto flex w-full max-w-5xl flex-col gap-6 px-4 py-5 sm:px-6">
        <header className="flex flex-col gap-4">
          <Link
            to={PATHS.keys}
            search={{ at: keyId }}
            className="flex w-fit items-center gap-1.5 text-sm text-ink-2 hover:text-ink"
          >
            <ArrowLeft aria-hidden className="size-3.5" /> All keys
          </Link>
          <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
            <h2 className="min-w-0 text-lg font-semibold wrap-anywhere">{key.name}</h2>
            <Badge tone={words.tone} title={words.about}>
              {words.label}
            </Badge>
            <KeyActions keySummary={key} state={state} />
            <span className="flex w-full min-w-0 items-center gap-1 text-sm text-ink-3">
              <span className="font-mono text-xs">{key.hint}…</span>
              <span aria-hidden className="px-1">
                ·
              </span>
              <span className="truncate font-mono text-xs">{key.keyId}</span>
              <CopyButton what="key id" text={key.keyId} className="size-6!" />
            </span>
          </div>
          {previousUntil !== null && Date.parse(previousUntil) > now && state.kind !== 'revoked' && (
            <p className="rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">
              The secret from before the last rotation is still good, until {formatExact(previousUntil)}.
            </p>
          )}
          <KeyFacts keySummary={key} />
        </header>
        <KeyUsagePanel keyId={keyId} report={report} />
        <KeyRules keySummary={key} now={now} />
        <KeyChanges keySummary={key} />
      </div>
    </div>
  );
}

function NoSuchKey() {
  return (
    <Notice icon={<SearchX />} title="There is no such key">
      <p>No client key has this id. Keys are never deleted: revoked ones are still listed.</p>
      <Link to={PATHS.keys} search={{ state: 'all' }} className="text-accent underline-offset-2 hover:underline">
        All keys
      </Link>
    </Notice>
  );
}
