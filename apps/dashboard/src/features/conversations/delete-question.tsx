import type { ConversationSummary } from '@nexus/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api } from '../../api/client.ts';
import { PATHS } from '../../paths.ts';
import { Button } from '../../ui/button.tsx';
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
    <div className="flex flex-col gap-4 p-5">
      <h2 className="text-lg font-semibold">Delete this conversation?</h2>
      <p className="line-clamp-3 border-l-2 border-line-strong pl-3 wrap-anywhere">
        {title ?? 'Conversation without a title'}
      </p>
      <p className="text-sm text-ink-2">
        {countOf(messageCount, 'request')} and every word of them go for good, on all branches. What they cost stays in
        the sums of usage, and the audit says who deleted them. An export as JSON Lines can be imported again.
      </p>
      {deleting.error !== null && (
        <p role="alert" className="text-sm text-bad">
          It was not deleted: {deleting.error.message}
        </p>
      )}
      <div className="flex justify-end gap-2">
        <Button autoFocus onClick={onClose}>
          Keep it
        </Button>
        <Button
          className="border-transparent! bg-bad! text-surface! hover:brightness-110"
          disabled={deleting.isPending}
          onClick={() => deleting.mutate()}
        >
          {deleting.isPending ? 'Deleting' : `Delete ${countOf(messageCount, 'request')}`}
        </Button>
      </div>
    </div>
  );
}
