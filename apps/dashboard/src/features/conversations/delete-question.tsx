import type { ConversationSummary } from '@nexus/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api } from '../../api/client.ts';
import { PATHS } from '../../paths.ts';
import { Question } from '../../ui/question.tsx';
import { countOf } from '../../words/format-count.ts';

interface DeleteQuestionProps {
  readonly conversation: ConversationSummary;
  readonly onClose: () => void;
}

/** What goes and what stays, and the doing of it. */
export function DeleteQuestion({ conversation, onClose }: DeleteQuestionProps) {
  const { conversationId, messageCount, title } = conversation;
  const queries = useQueryClient();
  const navigate = useNavigate();
  const deleting = useMutation({
    mutationFn: () => api.perform('conversation.delete', { conversationId }),
    onSuccess: async () => {
      await navigate({ to: PATHS.conversations });
      // Only now: a page that still shows it would ask for it again.
      queries.removeQueries({ queryKey: ['conversation', conversationId] });
      await Promise.all(['conversations', 'requests'].map((list) => queries.invalidateQueries({ queryKey: [list] })));
    },
  });
  return (
    <Question
      title="Delete this conversation?"
      words={{
        rest: `Delete ${countOf(messageCount, 'request')}`,
        running: 'Deleting',
        failed: 'It was not deleted',
      }}
      task={{ isRunning: deleting.isPending, error: deleting.error }}
      onClose={onClose}
      onYes={() => deleting.mutate()}
    >
      <p className="line-clamp-3 border-l-2 border-line-strong pl-3 wrap-anywhere">
        {title ?? 'Conversation without a title'}
      </p>
      <p className="text-sm text-ink-2">
        {countOf(messageCount, 'request')} and every word of them go for good, on all branches. What they cost stays in
        the sums of usage, and the audit says who deleted them. An export as JSON Lines can be imported again.
      </p>
    </Question>
  );
}
