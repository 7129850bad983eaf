import { join } from '../../ui/join.ts';

interface ChoicesProps<V extends string> {
  readonly label: string;
  readonly choices: readonly { readonly value: V; readonly label: string }[];
  readonly value: V;
  readonly onChoose: (value: V) => void;
}

/** A few choices side by side, of which there is always one. */
export function Choices<V extends string>({ label, choices, value, onChoose }: ChoicesProps<V>) {
  return (
    <div role="group" aria-label={label} className="ml-auto flex flex-wrap gap-0.5 rounded-md bg-sunken p-0.5">
      {choices.map((choice) => (
        <button
          key={choice.value}
          type="button"
          aria-pressed={choice.value === value}
          onClick={() => onChoose(choice.value)}
          className={join(
            'h-7 rounded px-2.5 text-xs whitespace-nowrap transition-colors',
            choice.value === value ? 'bg-surface font-medium text-ink shadow-xs' : 'text-ink-2 hover:text-ink',
          )}
        >
          {choice.label}
        </button>
      ))}
    </div>
  );
}
