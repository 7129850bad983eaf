import type { ConversationSummary } from '@nexus/contract';
import { Link, useNavigate } from '@tanstack/react-router';
import type { ConversationFilters } from '../../api/conversation-filters.ts';
import { PATHS } from '../../paths.ts';
import { isPlainClick } from '../../ui/is-plain-click.ts';
import { ListTable } from '../../ui/list-table.tsx';
import { COLUMN_GRID, COLUMN_LOOKS, CONVERSATION_COLUMNS } from './conversation-columns.tsx';

interface ConversationsTableProps {
  readonly conversations: ConversationSummary[];
  readonly filters: ConversationFilters;
  /** The conversation that one comes back from. */
  readonly at: string | undefined;
  readonly more: boolean;
  readonly loadingMore: boolean;
  readonly onMore: () => void;
}

/** The rows of a list of conversations; each leads to its conversation. */
export function ConversationsTable({ conversations, filters, ...rest }: ConversationsTableProps) {
  const navigate = useNavigate();
  async function open(conversationId: string): Promise<void> {
    // The list keeps its place in its own address, so that "back" comes back to this row.
    await navigate({ to: PATHS.conversations, search: { ...filters, at: conversationId }, replace: true });
    await navigate({ to: PATHS.conversation, params: { conversationId } });
  }
  return (
    <ListTable
      {...rest}
      label="Conversations"
      rows={conversations}
      columns={CONVERSATION_COLUMNS}
      idOf={(conversation) => conversation.conversationId}
      grid={COLUMN_GRID}
      looks={COLUMN_LOOKS}
      onOpen={(conversationId) => void open(conversationId)}
      renderRow={(conversationId, row) => (
        <Link
          key={conversationId}
          {...row}
          to={PATHS.conversation}
          params={{ conversationId }}
          onClick={(event) => isPlainClick(event) && void open(conversationId)}
        />
      )}
    />
  );
}
