import type { ConversationSummary } from '@nexus/contract';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { meQuery } from '../../api/queries.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';

const DeleteQuestion = lazy(() =>
  import('./delete-question.tsx').then((module) => ({ default: module.DeleteQuestion })),
);

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
        <Suspense>
          <DeleteQuestion conversation={conversation} onClose={() => setIsAsked(false)} />
        </Suspense>
      </Dialog>
    </>
  );
}
