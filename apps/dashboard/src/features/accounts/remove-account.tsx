import type { AccountSummary } from '@nexus/contract';
import { api } from '../../api/client.ts';
import { Question } from '../../ui/question.tsx';
import { useTask } from '../../ui/use-task.ts';

interface RemoveAccountProps {
  readonly account: AccountSummary;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** Says what goes and what stays, before it goes. */
export function RemoveAccount({ account: { accountId, name, domains }, onClose, onDone }: RemoveAccountProps) {
  const removing = useTask(async () => {
    await api.perform('account.remove', { accountId });
    onDone();
  });
  return (
    <Question
      title={`Remove ${name}?`}
      words={{ rest: 'Remove it', running: 'Removing', failed: 'It was not removed' }}
      task={removing}
      onClose={onClose}
      onYes={() => removing.run()}
    >
      <p className="text-sm text-ink-2">
        It no longer serves {domains.join(', ')}, and its credential is deleted here; revoke it at its provider, too,
        where nobody else uses it. What runs now finishes. Its records and what it cost stay.
      </p>
    </Question>
  );
}
