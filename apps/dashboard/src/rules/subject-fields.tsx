import { SUBJECT_KINDS } from '@nexus/contract';
import { useQuery } from '@tanstack/react-query';
import { keysQuery } from '../api/key-queries.ts';
import { domainsQuery } from '../api/queries.ts';
import type { Subject } from '../api/subject-usage.ts';
import { SelectField, TextField } from '../ui/field.tsx';
import { useNow } from '../ui/use-now.ts';
import { isUsable, toKeyState } from '../words/key-words.ts';
import { SUBJECT_KIND_WORDS, type SubjectKind } from '../words/rule-words.ts';

const KIND_CHOICES = SUBJECT_KINDS.toReversed().map((value) => ({ value, label: SUBJECT_KIND_WORDS[value] }));

interface SubjectFieldsProps {
  readonly subject: Subject;
  readonly problem: string | undefined;
  readonly onSubject: (subject: Subject) => void;
}

/** Whom a limit or a budget is about. */
export function SubjectFields({ subject: { kind, subject }, problem, onSubject }: SubjectFieldsProps) {
  return (
    <div className="grid gap-x-4 sm:grid-cols-2">
      <SelectField
        label="For"
        value={kind}
        choices={KIND_CHOICES}
        onChoose={(next) => onSubject({ kind: next, subject: next === 'global' ? '*' : '' })}
      />
      {kind === 'key' && (
        <KeyField keyId={subject} problem={problem} onKey={(keyId) => onSubject({ kind, subject: keyId })} />
      )}
      {kind !== 'key' && kind !== 'global' && (
        <NamedField
          kind={kind}
          name={subject}
          problem={problem}
          onName={(name) => onSubject({ kind, subject: name })}
        />
      )}
    </div>
  );
}

const CLOCK_MS = 60_000;

interface KeyFieldProps {
  readonly keyId: string;
  readonly problem: string | undefined;
  readonly onKey: (keyId: string) => void;
}

function KeyField({ keyId, problem, onKey }: KeyFieldProps) {
  const keys = useQuery(keysQuery).data?.keys ?? [];
  const now = useNow(CLOCK_MS);
  const offered = keys.filter((key) => key.keyId === keyId || isUsable(toKeyState(key, now)));
  return (
    <SelectField
      label="Key"
      value={keyId}
      problem={problem}
      choices={[
        { value: '', label: offered.length === 0 ? 'There is no key yet' : 'Choose a key' },
        ...offered.map(({ keyId: value, name, hint }) => ({ value, label: `${name} (${hint}…)` })),
      ]}
      onChoose={onKey}
    />
  );
}

interface NamedFieldProps {
  readonly kind: Exclude<SubjectKind, 'key' | 'global'>;
  readonly name: string;
  readonly problem: string | undefined;
  readonly onName: (name: string) => void;
}

const NAMED = {
  domain: { label: 'Host name', placeholder: 'team.example.com' },
  project: { label: 'Project', placeholder: 'as its keys say' },
  user: { label: 'Owner', placeholder: 'as the keys say' },
} as const;

function NamedField({ kind, name, problem, onName }: NamedFieldProps) {
  const known = useKnownNames(kind);
  const isNew = kind !== 'domain' && name !== '' && !known.includes(name);
  return (
    <TextField
      {...NAMED[kind]}
      value={name}
      known={known}
      maxLength={255}
      problem={problem}
      hint={isNew ? `No key is of ${name} yet; it holds from the first one on.` : undefined}
      onText={onName}
    />
  );
}

/** Names that are in use, to be chosen rather than mistyped. */
function useKnownNames(kind: NamedFieldProps['kind']): readonly string[] {
  const keys = useQuery({ ...keysQuery, enabled: kind !== 'domain' }).data?.keys ?? [];
  const domains = useQuery({ ...domainsQuery, enabled: kind === 'domain' }).data?.domains ?? [];
  if (kind === 'domain') return domains.map(({ domain }) => domain);
  return [...new Set(keys.flatMap((key) => (kind === 'user' ? key.owner : key.project) ?? []))].sort();
}
