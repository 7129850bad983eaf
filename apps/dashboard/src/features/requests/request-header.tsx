import type { RequestSummary } from '@nexus/contract';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { RequestFilters } from '../../api/request-filters.ts';
import { useNames } from '../../api/use-names.ts';
import { PATHS } from '../../paths.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Fact, None } from '../../ui/fact.tsx';
import { join } from '../../ui/join.ts';
import { StackBar } from '../../ui/stack-bar.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { formatBytes } from '../../words/format-bytes.ts';
import { formatCount } from '../../words/format-count.ts';
import { formatWholeMs } from '../../words/format-duration.ts';
import { formatExact } from '../../words/format-instant.ts';
import { KIND_WORDS } from '../../words/kind-words.ts';
import { formatMoney } from '../../words/format-money.ts';
import { OUTCOME_WORDS } from '../../words/outcome-words.ts';
import { PRICING_WORDS } from '../../words/pricing-words.ts';
import { RELATION_WORDS } from '../../words/relation-words.ts';
import { isUnread, toRequestLine } from '../../words/request-line.ts';
import { shortProject } from '../../words/short-project.ts';
import { toUsageSegments } from './usage-cell.tsx';

interface RequestHeaderProps {
  readonly request: RequestSummary;
  readonly filters: RequestFilters;
  /** What is to be known before the facts, such as why it was refused. */
  readonly children: ReactNode;
}

/** What this request was: outcome, model, and the facts that a list has no room for. */
export function RequestHeader({ request, filters, children }: RequestHeaderProps) {
  const wrong = request.errorCode ?? request.errorType;
  return (
    <header className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
        <StatusBadge outcome={request.outcome} status={request.status} />
        <h2 className="text-lg font-semibold">{request.model ?? toRequestLine(request)}</h2>
        {wrong !== null && <span className="font-mono text-sm text-bad">{wrong}</span>}
        {request.outcome !== 'completed' && (
          <p className="w-full text-sm text-ink-2">{OUTCOME_WORDS[request.outcome].about}</p>
        )}
        <span className="flex w-full min-w-0 items-center gap-1 text-sm text-ink-3">
          <time dateTime={request.startedAt} className="shrink-0">
            {formatExact(request.startedAt)}
          </time>
          <span aria-hidden className="px-1">
            ·
          </span>
          <span className="truncate font-mono text-xs">{request.requestId}</span>
          <CopyButton what="request id" text={request.requestId} className="size-6!" />
        </span>
      </div>
      {children}
      <dl className="grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-3 lg:grid-cols-6">
        <Fact label="Duration">{formatWholeMs(request.durationMs)}</Fact>
        <Fact label="First token">
          {request.firstTokenMs === null ? <None>none</None> : formatWholeMs(request.firstTokenMs)}
        </Fact>
        <Cost cost={request.cost} />
        <Fact label="Domain">
          <FilterLink filters={{ ...filters, domain: request.domain }}>{request.domain}</FilterLink>
        </Fact>
        <Fact label="Kind" title={KIND_WORDS[request.kind].about}>
          <FilterLink filters={{ ...filters, kind: request.kind }}>{KIND_WORDS[request.kind].label}</FilterLink>
        </Fact>
        <Fact label="Stop reason">{request.stopReason ?? <None>none</None>}</Fact>
        <Fact label="Messages">{formatCount(request.messageCount)}</Fact>
        <Fact label="Sent">{formatBytes(request.requestBytes)}</Fact>
        <Fact label="Received">{formatBytes(request.responseBytes)}</Fact>
        <Fact label="Path">
          <span className="font-mono text-xs">{toRequestLine(request)}</span>
        </Fact>
        <Fact label="Conversation" title={isUnread(request) ? NO_CONVERSATION : (request.linkBecause ?? undefined)}>
          <ConversationLink request={request} />
        </Fact>
        <Fact label="Session" title={request.sessionId ?? undefined}>
          <NamedLink name="sessionId" value={request.sessionId} none="none" />
        </Fact>
        <Fact label="Claude’s request id" title={request.upstreamRequestId ?? undefined}>
          {request.upstreamRequestId ?? <None>none</None>}
        </Fact>
        <Fact label="Key" title={request.keyId ?? 'The caller needed no key of ours.'}>
          <KeyLink keyId={request.keyId} />
        </Fact>
        <Fact label="User" title={request.userId ?? 'Neither the caller nor its client named anybody.'}>
          <NamedLink name="user" value={request.userId} none="not told" />
        </Fact>
        <Fact label="Project" title={request.project ?? 'Neither the caller nor its client named a project.'}>
          <NamedLink name="project" value={request.project} none="not told" />
        </Fact>
        <Fact label="Account" title={request.accountId ?? undefined}>
          <NamedLink
            name="accountId"
            value={request.accountId}
            none={request.outcome === 'refused' ? 'none' : 'the caller’s own'}
          />
        </Fact>
        <Fact label="Client" title={request.userAgent ?? undefined}>
          {request.userAgent ?? <None>not told</None>}
        </Fact>
      </dl>
      <UsagePanel request={request} />
    </header>
  );
}

/** What it cost, and by which prices. */
function Cost({ cost }: Pick<RequestSummary, 'cost'>) {
  if (cost === null)
    return (
      <Fact label="Cost">
        <None>nothing was used</None>
      </Fact>
    );
  const { label, about } = PRICING_WORDS[cost.pricing];
  return (
    <>
      <Fact label="Cost" title="On subscriptions: what the API would have charged.">
        {cost.nanoDollars === null ? <span className="text-warn">unknown</span> : formatMoney(cost.nanoDollars)}
      </Fact>
      <Fact label="Prices" title={about}>
        {cost.priceVersion}
        {cost.pricing !== 'exact' && <span className="text-warn">, {label}</span>}
      </Fact>
    </>
  );
}

const NO_CONVERSATION = 'It could not be read as a request, so it belongs to no conversation.';

/** Where this request stands in its conversation. Its place may not be known yet. */
function ConversationLink({ request }: { readonly request: RequestSummary }) {
  if (isUnread(request)) return <None>none</None>;
  if (request.relation === null) return <None>not linked yet</None>;
  return (
    <Link
      to={PATHS.conversation}
      params={{ conversationId: request.conversationId }}
      search={{
        branch: request.branch ?? undefined,
        at: request.branch === null ? undefined : request.requestId,
      }}
      className="underline decoration-line-strong underline-offset-2 hover:decoration-accent"
    >
      {request.branch ?? RELATION_WORDS[request.relation].label}
    </Link>
  );
}

function FilterLink({ filters, children }: { readonly filters: RequestFilters; readonly children: string }) {
  return (
    <Link
      to={PATHS.requests}
      search={filters}
      className="underline decoration-line-strong underline-offset-2 hover:decoration-accent"
    >
      {children}
    </Link>
  );
}

/** Leads to the key, which leads on to its requests. */
function KeyLink({ keyId }: { readonly keyId: string | null }) {
  const names = useNames();
  if (keyId === null) return <None>none</None>;
  return (
    <Link
      to={PATHS.key}
      params={{ keyId }}
      className="underline decoration-line-strong underline-offset-2 hover:decoration-accent"
    >
      {names.get(keyId) ?? keyId}
    </Link>
  );
}

interface NamedLinkProps {
  readonly name: 'sessionId' | 'user' | 'project' | 'accountId';
  readonly value: string | null;
  /** Words where there is none. */
  readonly none: string;
}

/** Leads to all requests of the same session, user, project or account, whatever else the list was narrowed to. */
function NamedLink({ name, value, none }: NamedLinkProps) {
  const names = useNames();
  if (value === null) return <None>{none}</None>;
  return (
    <FilterLink filters={{ [name]: value }}>
      {name === 'project' ? shortProject(value) : (names.get(value) ?? value)}
    </FilterLink>
  );
}

function UsagePanel({ request }: { readonly request: RequestSummary }) {
  if (request.usage === null) return null;
  const segments = toUsageSegments(request.usage);
  return (
    <section aria-label="Usage" className="flex flex-col gap-2">
      <StackBar segments={segments} className="h-2" />
      <ul className="flex flex-wrap gap-x-5 gap-y-1 text-sm">
        {segments.map((segment) => (
          <li key={segment.label} className="flex items-center gap-1.5">
            <span aria-hidden className={join('size-2.5 rounded-sm', segment.color)} />
            <span className="font-medium">{formatCount(segment.value)}</span>
            <span className="text-ink-3">{segment.label} tokens</span>
          </li>
        ))}
        {request.usage.thinkingTokens > 0 && (
          <li className="text-ink-3">of the output {formatCount(request.usage.thinkingTokens)} thinking tokens</li>
        )}
        {(request.usage.suspicious ?? []).map(({ field, value }) => (
          <li key={field} className="text-bad">
            Claude told <code className="font-mono text-xs">{field}</code> as{' '}
            <code className="font-mono text-xs">{value}</code>, which cannot be true.
          </li>
        ))}
        {request.usageEstimated && <li className="text-warn">Estimated: the final count of Claude never came.</li>}
      </ul>
    </section>
  );
}
