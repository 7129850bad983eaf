import { KEY_SCOPES } from '@nexus/contract';
import { useQuery } from '@tanstack/react-query';
import { keysQuery } from '../../api/key-queries.ts';
import { domainsQuery, meQuery } from '../../api/queries.ts';
import { LimitFields } from '../../rules/limit-fields.tsx';
import type { Problems } from '../../rules/to-problems.ts';
import { TextField } from '../../ui/field.tsx';
import { Fold } from '../../ui/fold.tsx';
import { KEY_SCOPE_WORDS, type KeyScope } from '../../words/key-words.ts';
import { EndField } from './end-field.tsx';
import type { KeyForm } from './to-key-arguments.ts';

interface KeyFormFieldsProps {
  readonly form: KeyForm;
  readonly problems: Problems;
  readonly onForm: (form: KeyForm) => void;
}

/** What is written as one line of text. */
type TextName = 'name' | 'owner' | 'project' | 'domain' | 'labels';

/** Whose a key is, what it may do, and until when. */
export function KeyFormFields({ form, problems, onForm }: KeyFormFieldsProps) {
  const keys = useQuery(keysQuery).data?.keys ?? [];
  const domains = useQuery(domainsQuery).data?.domains ?? [];
  const set = (changed: Partial<KeyForm>) => onForm({ ...form, ...changed });
  const field = (name: TextName) => ({
    value: form[name],
    problem: problems[name],
    onText: (text: string) => set({ [name]: text }),
  });
  return (
    <>
      <TextField
        autoFocus
        label="Name"
        placeholder="laptop of ada"
        maxLength={100}
        hint="What it is known by in every list."
        {...field('name')}
      />
      <div className="grid gap-x-4 gap-y-3 sm:grid-cols-2">
        <TextField
          label="Owner"
          placeholder="nobody in particular"
          maxLength={200}
          known={toKnown(keys.map(({ owner }) => owner))}
          hint="Limits and budgets of an owner go by it."
          {...field('owner')}
        />
        <TextField
          label="Project"
          placeholder="none"
          maxLength={200}
          known={toKnown(keys.map(({ project }) => project))}
          hint="Limits and budgets of a project go by it."
          {...field('project')}
        />
        <TextField
          label="Domain"
          placeholder="every domain"
          maxLength={255}
          known={domains.map(({ domain }) => domain)}
          hint="The one host name that it opens."
          {...field('domain')}
        />
        <TextField label="Labels" placeholder="none" hint="Apart by commas, to be found by." {...field('labels')} />
      </div>
      <EndField
        label="It ends"
        ending={form.ending}
        problem={problems['expiresAt']}
        onEnding={(ending) => set({ ending })}
      />
      <Scopes chosen={form.scopes} problem={problems['scopes']} onScopes={(scopes) => set({ scopes })} />
      <Fold title="Limits of its own" note="requests and tokens a minute, exchanges at once" className="-mx-2">
        {() => (
          <div className="px-2 pt-2">
            <LimitFields texts={form.limits} problems={problems} peaks={null} onTexts={(limits) => set({ limits })} />
          </div>
        )}
      </Fold>
    </>
  );
}

/** What was written before, each once. */
function toKnown(values: readonly (string | null)[]): readonly string[] {
  return [...new Set(values.flatMap((value) => value ?? []))].sort();
}

interface ScopesProps {
  readonly chosen: ReadonlySet<KeyScope>;
  readonly problem: string | undefined;
  readonly onScopes: (scopes: ReadonlySet<KeyScope>) => void;
}

/** What it may do. Nobody gives what they may not do themselves. */
function Scopes({ chosen, problem, onScopes }: ScopesProps) {
  const own = useQuery(meQuery).data?.scopes ?? [];
  function turn(scope: KeyScope, isOn: boolean): void {
    const next = new Set(chosen);
    if (isOn) next.add(scope);
    else next.delete(scope);
    onScopes(next);
  }
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="mb-1 text-sm font-medium">What it may do</legend>
      {KEY_SCOPES.map((scope) => (
        <label key={scope} className="flex items-baseline gap-2 py-0.5 text-sm">
          <input
            type="checkbox"
            checked={chosen.has(scope)}
            disabled={scope !== 'proxy' && !own.includes(scope)}
            onChange={(event) => turn(scope, event.target.checked)}
            className="translate-y-0.5 accent-accent-solid"
          />
          <span>
            <span className="font-medium">{KEY_SCOPE_WORDS[scope].label}</span>{' '}
            <span className="text-ink-2">{KEY_SCOPE_WORDS[scope].about}</span>
          </span>
        </label>
      ))}
      {problem !== undefined && <p className="text-xs text-bad">{problem}</p>}
    </fieldset>
  );
}
