import type { ConversationSummary } from '@nexus/contract';
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { meQuery } from '../../api/queries.ts';
import { PATHS } from '../../paths.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { countOf } from '../../words/format-count.ts';

/** Deletes the conversation, once it was said what goes and what stays. Nothing for those who may not. */
export function DeleteButton({ conversation }: { readonly conversation: ConversationSummary }) {
  const [isAsked, setIsAsked] = useState(false);
  const { data: me } = useSuspenseQuery(meQuery);
  if (!me.scopes.includes('write')) return null;
  return (
    <>
      <Button icon={<Trash2 aria-hidden />} title="Delete" onClick={() => setIsAsked(true)}>
        <span className="max-sm:sr-only">Delete</span>
      </Button>
      <Dialog open={isAsked} label="Delete this conversation?" onClose={() => setIsAsked(false)}>
        <Question conversation={conversation} onClose={() => setIsAsked(false)} />
      </Dialog>
    </>
  );
}

interface QuestionProps {
  readonly conversation: ConversationSummary;
  readonly onClose: () => void;
}

function Question({ conversation, onClose }: QuestionProps) {
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
