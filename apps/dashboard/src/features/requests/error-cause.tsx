import { ERRORS, type RequestDetail, toErrorRow } from '@nexus/contract';
import { Link } from '@tanstack/react-router';
import { PATHS } from '../../paths.ts';
import { Fact } from '../../ui/fact.tsx';
import { formatMoney } from '../../words/format-money.ts';

interface ErrorCauseProps {
  readonly code: string | null;
  readonly detail: RequestDetail['errorDetail'];
}

/** Why Claude Nexus refused or gave up: what the caller was told, what only a record may tell, and where to look. */
export function ErrorCause({ code, detail }: ErrorCauseProps) {
  const row = code !== null && isKnown(code) ? toErrorRow(code) : null;
  if (detail === null && row === null) return null;
  const { message = row?.message, ...rest } = detail ?? {};
  const facts = Object.entries(rest).filter(([name]) => !INNER.has(name));
  const way = WAYS.find(({ codes }) => code !== null && codes.test(code));
  return (
    <section aria-label="Cause" className="flex flex-col gap-2.5 rounded-lg border border-l-4 border-l-bad px-4 py-3">
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
      {row !== null && (
        <p className="text-sm text-ink-2">
          <span className="font-medium text-ink">What to check:</span>{' '}
          {way !== undefined && (
            <>
              <Link to={way.to} className="font-medium text-accent underline underline-offset-2">
                {way.label}
              </Link>
              {'; '}
            </>
          )}
          {row.check.replaceAll('`', '')}
        </p>
      )}
    </section>
  );
}

/** The room in which one sees why, by the code of the refusal. */
const WAYS = [
  { codes: /^(?:rate-limited|limit-|budget-)/, to: PATHS.limits, label: 'Limits' },
  { codes: /^(?:account|credential|model-not-served)/, to: PATHS.accounts, label: 'Accounts' },
  { codes: /^(?:proxy-)?key-/, to: PATHS.keys, label: 'Keys' },
] as const;

/** What tells only those who wrote it: whose the limit is, the message says. */
const INNER: ReadonlySet<string> = new Set(['bucket']);

function isKnown(code: string): code is keyof typeof ERRORS {
  return Object.hasOwn(ERRORS, code);
}

type Value = NonNullable<RequestDetail['errorDetail']>[string];

/** Money as money, time as time, everything else as it is. */
function ValueText({ name, value }: { readonly name: string; readonly value: Value }) {
  if (typeof value === 'number' && NANO.test(name)) return formatMoney(value);
  if (typeof value === 'number' && SECONDS.test(name)) return `${value} s`;
  return <span className="font-mono text-xs">{String(value)}</span>;
}

const NANO = /Nano(?:Dollars)?$/;
const SECONDS = /S$/;

/** `declaredBytes` reads `Declared bytes`, `spentNano` `Spent`, and `retryAfterS` `Retry after`. */
function toLabel(name: string): string {
  const words = name
    .replace(NANO, '')
    .replace(SECONDS, '')
    .replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
