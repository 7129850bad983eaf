import type { RequestDetail } from '@nexus/contract';
import { Fact } from '../../ui/fact.tsx';
import { formatMoney } from '../../words/format-money.ts';

interface ErrorCauseProps {
  readonly detail: NonNullable<RequestDetail['errorDetail']>;
}

/** Why Claude Nexus refused or gave up: what the caller was told, and what only a record may tell. */
export function ErrorCause({ detail }: ErrorCauseProps) {
  const { message, ...rest } = detail;
  const facts = Object.entries(rest);
  return (
    <section aria-label="Cause" className="flex flex-col gap-2 rounded-lg border border-l-4 border-l-bad px-4 py-3">
      {message !== undefined && <p className="text-sm">{String(message)}</p>}
      {facts.length > 0 && (
        <dl className="flex flex-wrap gap-x-6 gap-y-2">
          {facts.map(([name, value]) => (
            <Fact key={name} label={toLabel(name)}>
              <ValueText name={name} value={value} />
            </Fact>
          ))}
        </dl>
      )}
    </section>
  );
}

type Value = ErrorCauseProps['detail'][string];

/** Money as money, everything else as it is. */
function ValueText({ name, value }: { readonly name: string; readonly value: Value }) {
  if (NANO.test(name) && typeof value === 'number') return formatMoney(value);
  return <span className="font-mono text-xs">{String(value)}</span>;
}

const NANO = /Nano(?:Dollars)?$/;

/** `declaredBytes` reads `Declared bytes`, and `spentNano` `Spent`. */
function toLabel(name: string): string {
  const words = name.replace(NANO, '').replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
