import { type FormEvent, type ReactNode } from 'react';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Problem } from '../ui/problem.tsx';

interface RuleDialogProps {
  readonly title: string;
  /** What it will do, once the fields say something; it changes while one writes. */
  readonly sentence: string | null;
  /** What is wrong with the whole. */
  readonly problem: string | null;
  readonly isRunning: boolean;
  readonly onSave: () => void;
  /** Absent where there is nothing to be taken away. */
  readonly onRemove?: (() => void) | undefined;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** What setting a limit and setting a budget have in common: fields, a sentence that says what they will do, and the doing. */
export function RuleDialog(props: RuleDialogProps) {
  const { title, sentence, problem, isRunning, onSave, onRemove, onClose, children } = props;
  function submit(event: FormEvent): void {
    event.preventDefault();
    onSave();
  }
  return (
    <Dialog
      open
      label={title}
      closesOutside={false}
      className="mt-[8vh]! max-h-[84vh]! overflow-y-auto!"
      onClose={onClose}
    >
      <form onSubmit={submit} noValidate className="flex flex-col gap-3 p-5">
        <h2 className="text-lg font-semibold">{title}</h2>
        {children}
        <p aria-live="polite" className="min-h-10 rounded-md bg-sunken px-3 py-2 text-sm wrap-anywhere text-ink-2">
          {sentence ?? 'What it will do stands here once it is said for whom and how much.'}
        </p>
        {problem !== null && <Problem>{problem}</Problem>}
        <div className="flex flex-wrap justify-end gap-2">
          {onRemove !== undefined && (
            <Button className="mr-auto text-bad!" disabled={isRunning} onClick={onRemove}>
              Remove it
            </Button>
          )}
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="solid" disabled={isRunning}>
            {isRunning ? 'Saving' : 'Save'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
