import { Link, useMatches } from '@tanstack/react-router';
import { findWrong } from '../api/invalid-filter.ts';

/** Says what of the address was left out because it is wrong, so that nobody takes the page for what they asked for. */
export function LeftOut() {
  const wrong = findWrong(useMatches({ select: (matches) => matches.at(-1)?.search }));
  if (wrong.length === 0) return null;
  return (
    <div
      role="alert"
      className="flex flex-wrap items-baseline gap-x-4 gap-y-1 border-b bg-warn-soft px-4 py-2 text-sm sm:px-6"
    >
      <div className="min-w-0">
        {wrong.map(({ name, value, problem }) => (
          <p key={name} className="wrap-anywhere">
            <span className="font-medium text-warn">
              Left out: {name} “{value}”.
            </span>{' '}
            {problem.slice(0, 1).toUpperCase() + problem.slice(1)}.
          </p>
        ))}
      </div>
      <Link
        to="."
        search={({ wrong: _wrong, ...place }) => place}
        replace
        className="ml-auto shrink-0 font-medium underline underline-offset-2"
      >
        Clear it from the address
      </Link>
    </div>
  );
}
