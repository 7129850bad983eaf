import type { FormEvent, ReactNode } from 'react';
import { Button } from '../../ui/button.tsx';
import { Problem } from '../../ui/problem.tsx';

interface ActFormProps {
  readonly title: string;
  /** What the button says, at rest and while it is done. */
  readonly does: readonly [rest: string, running: string];
  readonly task: { readonly isRunning: boolean; readonly error: Error | null };
  readonly onSubmit: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** What is asked before something is done with a key. */
export function ActForm({ title, does, task, onSubmit, onClose, children }: ActFormProps) {
  const [rest, running] = does;
  function submit(event: FormEvent): void {
    event.preventDefault();
    onSubmit();
  }
  return (
    <form noValidate onSubmit={submit} className="flex flex-col gap-4 p-5">
      <h2 className="text-lg font-semibold">{title}</h2>
      {children}
      {task.error !== null && <Problem>It was not done: {task.error.message}</Problem>}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" look="solid" disabled={task.isRunning}>
          {task.isRunning ? running : rest}
        </Button>
      </div>
    </form>
  );
}
