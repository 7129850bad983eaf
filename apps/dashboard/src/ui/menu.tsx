import { Check, ChevronDown } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';
import { join } from './join.ts';

export interface Choice<V extends string> {
  readonly value: V;
  readonly label: string;
  readonly hint?: string;
}

interface ChoiceMenuProps<V extends string> {
  /** What is chosen here, such as "Model"; stands before the value. */
  readonly label: string;
  readonly value: V | '';
  readonly choices: readonly Choice<V>[];
  /** Words for no choice, such as "any"; where there is always one, none. */
  readonly none?: string;
  readonly onChoose: (value: V | undefined) => void;
  readonly children?: ReactNode;
}

/** A filter: a button that says what is chosen, and a menu of one-of-many. */
export function ChoiceMenu<V extends string>({ label, value, choices, none, onChoose }: ChoiceMenuProps<V>) {
  const chosen = choices.find((choice) => choice.value === value);
  const shown = chosen?.label ?? (value || (none ?? ''));
  return (
    // Not modal: a modal menu locks scrolling through a <style> element, which the content policy forbids.
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger
        // What is on the button is its name; where nothing is chosen, that is said too.
        aria-label={value ? undefined : `${label}: ${shown}`}
        className={join(
          'inline-flex h-8 max-w-64 items-center gap-1.5 rounded-md border px-2.5 text-sm whitespace-nowrap transition-colors',
          'hover:bg-hover data-[state=open]:bg-hover [&_svg]:size-3.5 [&_svg]:shrink-0',
          value && none !== undefined
            ? 'border-accent bg-accent-soft text-ink'
            : 'border-line-strong bg-surface text-ink-2',
        )}
      >
        <span className={value ? 'text-ink-2' : ''}>{label}</span>{' '}
        {value && <span className="truncate font-medium">{shown}</span>}
        <ChevronDown aria-hidden className="text-ink-3" />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="start"
          sideOffset={4}
          collisionPadding={8}
          className="z-40 max-h-80 min-w-48 overflow-y-auto rounded-lg border border-line-strong bg-surface p-1 shadow-float"
        >
          <DropdownMenu.RadioGroup
            value={value}
            onValueChange={(next) => onChoose(choices.find((choice) => choice.value === next)?.value)}
          >
            {none !== undefined && <ChoiceItem value="" label={none} />}
            {choices.map((choice) => (
              <ChoiceItem key={choice.value} {...choice} />
            ))}
          </DropdownMenu.RadioGroup>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

function ChoiceItem({ value, label, hint }: Choice<string>) {
  return (
    <DropdownMenu.RadioItem
      value={value}
      className="flex h-8 items-center gap-2 rounded-md pr-3 pl-7 text-sm outline-none select-none data-highlighted:bg-hover"
    >
      <DropdownMenu.ItemIndicator className="absolute left-3">
        <Check aria-hidden className="size-3.5 text-accent" />
      </DropdownMenu.ItemIndicator>
      <span className="truncate">{label}</span>
      {hint && <span className="ml-auto pl-4 text-xs text-ink-3">{hint}</span>}
    </DropdownMenu.RadioItem>
  );
}

interface LinkMenuProps {
  readonly label: string;
  readonly icon: ReactNode;
  readonly links: readonly {
    readonly label: string;
    readonly hint: string;
    readonly href: string;
    /** The name of the file that the browser saves. */
    readonly download: string;
  }[];
}

/** A button with a few files to take away. */
export function LinkMenu({ label, icon, links }: LinkMenuProps) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className="inline-flex h-8 items-center gap-1.5 rounded-md border border-line-strong bg-surface px-2.5 text-sm font-medium whitespace-nowrap transition-colors hover:bg-hover data-[state=open]:bg-hover [&_svg]:size-4">
        {icon}
        {label}
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={4}
          collisionPadding={8}
          className="z-40 min-w-48 rounded-lg border border-line-strong bg-surface p-1 shadow-float"
        >
          {links.map((link) => (
            <DropdownMenu.Item key={link.href} asChild>
              <a
                href={link.href}
                download={link.download}
                className="flex h-8 items-center gap-6 rounded-md px-3 text-sm outline-none select-none data-highlighted:bg-hover"
              >
                {link.label}
                <span className="ml-auto text-xs text-ink-3">{link.hint}</span>
              </a>
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
