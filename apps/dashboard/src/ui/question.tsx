import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { Problem } from './problem.tsx';
import type { Task } from './use-task.ts';

interface QuestionProps {
  readonly title: string;
  /** What goes and what stays. */
  readonly children: ReactNode;
  /** What the button says, at rest and while it is done, and what is said where it was not. */
  readonly words: { readonly rest: string; readonly running: string; readonly failed: string };
  readonly task: Pick<Task<void>, 'isRunning' | 'error'>;
  readonly onClose: () => void;
  readonly onYes: () => void;
}

/** Asks before something goes for good; the way back has the focus. */
export function Question({ title, children, words, task, onClose, onYes }: QuestionProps) {
  return (
    <div className="flex flex-col gap-4 p-5">
      <h2 className="text-lg font-semibold">{title}</h2>
      {children}
      {task.error !== null && (
        <Problem>
          {words.failed}: {task.error.message}
        </Problem>
      )}
      <div className="flex justify-end gap-2">
        <Button autoFocus onClick={onClose}>
          Keep it
        </Button>
        <Button
          className="border-transparent! bg-bad! text-surface! hover:brightness-110"
          disabled={task.isRunning}
          onClick={onYes}
        >
          {task.isRunning ? words.running : words.rest}
        </Button>
      </div>
    </div>
  );
}
