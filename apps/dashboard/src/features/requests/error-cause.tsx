import type { RequestDetail } from '@nexus/contract';
import { Fact } from '../../ui/fact.tsx';

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
              <span className="font-mono text-xs">{String(value)}</span>
            </Fact>
          ))}
        </dl>
      )}
    </section>
  );
}

/** `declaredBytes` reads `Declared bytes`. */
function toLabel(name: string): string {
  const words = name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
