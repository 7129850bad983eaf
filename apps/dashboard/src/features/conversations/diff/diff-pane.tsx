import type { ConversationDiff, RequestSummary } from '@nexus/contract';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useMemo } from 'react';
import { conversationDiffQuery } from '../../../api/conversation-queries.ts';
import { PATHS } from '../../../paths.ts';
import { Badge } from '../../../ui/badge.tsx';
import { join } from '../../../ui/join.ts';
import { keyed } from '../../../ui/keyed.ts';
import { toTranscript } from '../../../ui/transcript/to-transcript.ts';
import { TurnView } from '../../../ui/transcript/turn-view.tsx';
import { countOf } from '../../../words/format-count.ts';
import { formatExact } from '../../../words/format-instant.ts';
import { diffLines, toLines } from './diff-lines.ts';

interface DiffPaneProps {
  readonly conversationId: string;
  readonly from: string;
  readonly to: string;
}

/** How two requests differ: what was said, the system prompt, tools and parameters. */
export function DiffPane({ conversationId, from, to }: DiffPaneProps) {
  const { data: diff } = useSuspenseQuery(conversationDiffQuery(conversationId, { from, to }));
  return (
    <div className="min-h-0 grow overflow-y-auto" tabIndex={0} role="region" aria-label="Comparison">
      <div className="mx-auto flex max-w-6xl flex-col gap-6 px-4 py-4 sm:px-6">
        <Messages diff={diff} />
        <SystemPrompt system={diff.system} />
        <Tools tools={diff.tools} />
        <Values title="Parameters" values={diff.parameters} same="The parameters are the same." />
      </div>
    </div>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section aria-label={title} className="flex min-w-0 flex-col gap-2">
      <h3 className="font-semibold">{title}</h3>
      {children}
    </section>
  );
}

function Same({ children }: { readonly children: string }) {
  return <p className="text-sm text-ink-3">{children}</p>;
}

function Messages({ diff }: { readonly diff: ConversationDiff }) {
  const { commonBlocks } = diff.messages;
  return (
    <Part title="Messages">
      <p className="text-sm text-ink-2">
        {commonBlocks === 0
          ? 'They have no beginning in common.'
          : `Both begin with the same ${countOf(commonBlocks, 'block')}.`}
      </p>
      <div className="grid gap-4 lg:grid-cols-2">
        <Side name="First" request={diff.from} messages={diff.messages.from} index={diff.messages.fromIndex} />
        <Side name="Second" request={diff.to} messages={diff.messages.to} index={diff.messages.toIndex} />
      </div>
    </Part>
  );
}

interface SideProps {
  readonly name: string;
  readonly request: RequestSummary;
  readonly messages: readonly unknown[];
  readonly index: number | null;
}

function Side({ name, request, messages, index }: SideProps) {
  const turns = useMemo(() => toTranscript({ messages }, null).turns, [messages]);
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <p className="flex flex-wrap items-baseline gap-x-3 border-b pb-2 text-sm">
        <span className="font-medium">{name}</span>
        <span className="font-mono text-xs">{request.branch ?? 'no branch'}</span>
        <Link
          to={PATHS.request}
          params={{ requestId: request.requestId }}
          className="text-accent underline-offset-2 hover:underline"
        >
          {formatExact(request.startedAt)}
        </Link>
      </p>
      {turns.map((turn) => (
        <TurnView
          key={turn.index}
          turn={{ ...turn, index: (turn.index ?? 0) + (index ?? 0) }}
          className="[contain-intrinsic-size:auto_12rem] [content-visibility:auto]"
        />
      ))}
      {turns.length === 0 && <Same>Nothing more than what both begin with.</Same>}
    </div>
  );
}

function SystemPrompt({ system }: Pick<ConversationDiff, 'system'>) {
  return (
    <Part title="System prompt">
      {system === null ? (
        <Same>The system prompt is the same.</Same>
      ) : (
        <>
          {system.isVolatileOnly && (
            <p className="text-sm text-ink-2">Only what changes by itself differs: dates, environment, reminders.</p>
          )}
          <Lines from={system.from} to={system.to} label="System prompt" />
        </>
      )}
    </Part>
  );
}

function Tools({ tools }: Pick<ConversationDiff, 'tools'>) {
  const names = [
    ...tools.added.map((name) => ({ name, tone: 'ok', sign: '+' }) as const),
    ...tools.removed.map((name) => ({ name, tone: 'bad', sign: '−' }) as const),
  ];
  return (
    <Part title="Tools">
      {names.length > 0 && (
        <p className="flex flex-wrap gap-1.5">
          {names.map(({ name, tone, sign }) => (
            <Badge key={sign + name} tone={tone} className="font-mono">
              {sign} {name}
            </Badge>
          ))}
        </p>
      )}
      {names.length === 0 && tools.changed.length === 0 && <Same>The tools are the same.</Same>}
      {tools.changed.map((tool) => (
        <Lines key={tool.name} from={tool.from} to={tool.to} label={tool.name} />
      ))}
    </Part>
  );
}

interface ValuesProps {
  readonly title: string;
  readonly values: ConversationDiff['parameters'];
  readonly same: string;
}

function Values({ title, values, same }: ValuesProps) {
  return (
    <Part title={title}>
      {values.length === 0 && <Same>{same}</Same>}
      {values.map((value) => (
        <div key={value.name} className="flex flex-col gap-1">
          <span className="font-mono text-xs text-ink-2">{value.name}</span>
          <Lines from={value.from} to={value.to} label={value.name} />
        </div>
      ))}
    </Part>
  );
}

const SIGNS = { both: ' ', from: '−', to: '+' } as const;
const LOOKS = { both: 'text-ink-2', from: 'bg-bad-soft text-bad', to: 'bg-ok-soft text-ok' } as const;
/** Inside a line whose own colour is soft, a word that differs stands out by a line below it, not by colour alone. */
const MARKS = {
  both: '',
  from: 'rounded-xs bg-bad/15 text-inherit underline decoration-bad underline-offset-2',
  to: 'rounded-xs bg-ok/15 text-inherit underline decoration-ok underline-offset-2',
} as const;
/** Lines that are the same and far from any that is not. */
const AROUND = 3;

interface LinesProps {
  readonly from?: unknown;
  readonly to?: unknown;
  readonly label: string;
}

function Lines({ from, to, label }: LinesProps) {
  const lines = useMemo(() => diffLines(toLines(from), toLines(to)), [from, to]);
  const shown = lines.map((line, at) => ({ line, at })).filter(({ at }) => isNearChange(lines, at));
  return (
    <pre
      tabIndex={0}
      aria-label={`Difference of ${label}`}
      className="max-h-[28rem] overflow-auto rounded-md border bg-surface py-1 font-mono text-xs whitespace-pre-wrap wrap-anywhere"
    >
      {shown.map(({ line, at }, place) => (
        <span
          key={at}
          className={join('block px-3', LOOKS[line.side], isGap(shown, place) && 'border-t border-dashed')}
        >
          {SIGNS[line.side]}{' '}
          {keyed(line.pieces).map(({ key, item }) =>
            item.isMarked ? (
              <mark key={key} className={MARKS[line.side]}>
                {item.text}
              </mark>
            ) : (
              item.text
            ),
          )}
        </span>
      ))}
    </pre>
  );
}

function isNearChange(lines: ReturnType<typeof diffLines>, at: number): boolean {
  return lines.slice(Math.max(0, at - AROUND), at + AROUND + 1).some((line) => line.side !== 'both');
}

function isGap(shown: readonly { readonly at: number }[], place: number): boolean {
  const before = shown[place - 1];
  return before !== undefined && before.at + 1 !== shown[place]?.at;
}
