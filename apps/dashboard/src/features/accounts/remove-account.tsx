import type { AccountSummary } from '@nexus/contract';
import { api } from '../../api/client.ts';
import { Button } from '../../ui/button.tsx';
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
    <div className="flex flex-col gap-4 p-5">
      <h2 className="text-lg font-semibold">Remove {name}?</h2>
      <p className="text-sm text-ink-2">
        It no longer serves {domains.join(', ')}, and its credential is deleted here; revoke it at its provider, too,
        where nobody else uses it. What runs now finishes. Its records and what it cost stay.
      </p>
      {removing.error !== null && (
        <p role="alert" className="text-sm text-bad">
          It was not removed: {removing.error.message}
        </p>
      )}
      <div className="flex justify-end gap-2">
        <Button autoFocus onClick={onClose}>
          Keep it
        </Button>
        <Button
          className="border-transparent! bg-bad! text-surface! hover:brightness-110"
          disabled={removing.isRunning}
          onClick={() => removing.run()}
        >
          {removing.isRunning ? 'Removing' : 'Remove it'}
        </Button>
      </div>
    </div>
  );
}
