import type { OperationOutput } from '@nexus/contract';
import { Link } from '@tanstack/react-router';
import { ChevronLeft, CircleAlert } from 'lucide-react';
import { PATHS } from '../../paths.ts';
import { ChoiceMenu } from '../../ui/menu.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { countOf, formatCountShort } from '../../words/format-count.ts';
import { formatExact } from '../../words/format-instant.ts';
import { formatCost } from '../../words/format-money.ts';
import { shortModel } from '../../words/short-model.ts';
import { shortProject } from '../../words/short-project.ts';
import { DeleteButton } from './delete-button.tsx';
import { ExportMenu } from './export-menu.tsx';

interface ConversationHeaderProps {
  readonly found: OperationOutput<'conversation.get'>;
  readonly branch: string;
  readonly onBranch: (branch: string) => void;
  readonly onCompare: (branch: string) => void;
}

/** What this conversation is about, how large it is, and which way through it is read. */
export function ConversationHeader({ found, branch, onBranch, onCompare }: ConversationHeaderProps) {
  const { conversation, branches } = found;
  const choices = branches.map((one) => ({
    value: one.branch,
    label: one.branch,
    hint: countOf(one.turnCount, 'turn'),
  }));
  return (
    <header className="flex shrink-0 flex-wrap items-center gap-x-4 gap-y-2 border-b px-4 py-3 sm:px-6">
      <div className="flex min-w-0 grow basis-64 items-center gap-1">
        <Link
          to={PATHS.conversations}
          search={{ at: conversation.conversationId }}
          aria-label="Back to conversations"
          className="-ml-2 flex size-8 shrink-0 items-center justify-center rounded-md text-ink-2 hover:bg-hover hover:text-ink"
        >
          <ChevronLeft aria-hidden className="size-4" />
        </Link>
        <h2 className="min-w-0 truncate text-lg font-semibold" title={conversation.title ?? undefined}>
          {conversation.title ?? 'Conversation without a title'}
        </h2>
        <CopyButton what="conversation id" text={conversation.conversationId} className="max-sm:hidden" />
      </div>
      <Facts conversation={conversation} />
      <div className="flex flex-wrap gap-2 max-sm:order-1">
        <ChoiceMenu label="Branch" value={branch} choices={choices} onChoose={(next) => onBranch(next ?? 'main')} />
        {branches.length > 1 && (
          <ChoiceMenu
            label="Compare"
            none="With no other"
            value=""
            choices={choices.filter((choice) => choice.value !== branch)}
            onChoose={(next) => next !== undefined && onCompare(next)}
          />
        )}
        <ExportMenu conversationId={conversation.conversationId} />
        <DeleteButton conversation={conversation} />
      </div>
    </header>
  );
}

function Facts({ conversation }: { readonly conversation: OperationOutput<'conversation.get'>['conversation'] }) {
  const input = conversation.inputTokens + conversation.cacheReadTokens + conversation.cacheWriteTokens;
  return (
    <ul className="flex w-full flex-wrap items-center gap-x-4 gap-y-0.5 text-sm text-ink-2 sm:order-1">
      <li title={`${countOf(conversation.messageCount, 'request')} of every kind`}>
        {countOf(conversation.turnCount, 'turn')}
      </li>
      {conversation.userBranchCount > 0 && <li>{countOf(conversation.userBranchCount, 'fork')}</li>}
      {conversation.subtaskBranchCount > 0 && <li>{countOf(conversation.subtaskBranchCount, 'sub-agent')}</li>}
      {conversation.compactBranchCount > 0 && <li>{countOf(conversation.compactBranchCount, 'compaction')}</li>}
      <li title="Input with what the cache gave and took, and output">
        {formatCountShort(input)} in, {formatCountShort(conversation.outputTokens)} out tokens
      </li>
      <li
        title={
          conversation.unpricedCount === 0
            ? 'What the API charges for it'
            : `${countOf(conversation.unpricedCount, 'request')} without a known price: not in it`
        }
      >
        {formatCost(conversation)}
      </li>
      <li className="max-sm:hidden">{conversation.modelsUsed.map(shortModel).join(', ')}</li>
      <Parties name="user" label="Users" values={conversation.userIds} />
      <Parties name="project" label="Projects" values={conversation.projects} />
      <li className="text-ink-3 max-2xl:hidden">{formatExact(conversation.firstMessageTime)}</li>
      {conversation.errorCount > 0 && (
        <li>
          <Link
            to={PATHS.requests}
            search={{ conversationId: conversation.conversationId, status: 'error' }}
            className="flex items-center gap-1 text-bad underline-offset-2 hover:underline"
          >
            <CircleAlert aria-hidden className="size-3.5" />
            {countOf(conversation.errorCount, 'error')}
          </Link>
        </li>
      )}
      <li>
        <Link
          to={PATHS.requests}
          search={{ conversationId: conversation.conversationId }}
          className="underline decoration-line-strong underline-offset-2 hover:decoration-accent"
        >
          Requests
        </Link>
      </li>
      <li>
        <Link
          to={PATHS.search}
          search={{ conversationId: conversation.conversationId }}
          className="underline decoration-line-strong underline-offset-2 hover:decoration-accent"
        >
          Search here
        </Link>
      </li>
    </ul>
  );
}

interface PartiesProps {
  readonly name: 'user' | 'project';
  readonly label: string;
  readonly values: readonly string[];
}

/** Who asked, or what for: the first of them, which leads to all of its conversations, and how many more there are. */
function Parties({ name, label, values: [first, ...others] }: PartiesProps) {
  if (first === undefined) return null;
  return (
    <li className="max-w-56 truncate" title={`${label}: ${[first, ...others].join(', ')}`}>
      <Link
        to={PATHS.conversations}
        search={{ [name]: first }}
        className="underline decoration-line-strong underline-offset-2 hover:decoration-accent"
      >
        {name === 'project' ? shortProject(first) : first}
      </Link>
      {others.length > 0 && ` and ${others.length} more`}
    </li>
  );
}
