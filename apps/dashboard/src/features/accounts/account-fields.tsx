import type { OperationArguments } from '@nexus/contract';
import { Fold } from '../../ui/fold.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { useLatch } from '../../ui/use-latch.ts';
import { type FieldsProps, bindField } from './bind-field.ts';
import type { CredentialForm } from './credential-forms.ts';
import type { FormValues } from './to-credential.ts';

type Added = OperationArguments<'account.add'>;

/** Whom an account serves and what it is called. */
export type NamedAccount = Pick<Added, 'domain' | 'accountId' | 'name'>;

/** What stands in the fields, without what was left empty; what is wrong by field. */
export function toNamedAccount(values: FormValues): { readonly named: NamedAccount; readonly problems: FormValues } {
  const [domain = '', accountId = '', name = ''] = ['domain', 'accountId', 'name'].map((field) =>
    (values[field] ?? '').trim(),
  );
  return {
    named: { domain, accountId, ...(name === '' ? {} : { name }) },
    problems: {
      ...(domain === '' ? { domain: 'Needed.' } : {}),
      ...(accountId === '' ? { accountId: 'Needed.' } : {}),
    },
  };
}

/** The domain, the id and the name of a new account. */
export function NameFields({ domains, ...fields }: FieldsProps & { readonly domains: readonly string[] }) {
  return (
    <div className="grid gap-x-3 gap-y-2 sm:grid-cols-3">
      <TextField label="Domain" hint="Whose callers it serves." known={domains} {...bindField(fields, 'domain')} />
      <TextField
        label="Id"
        hint="In records and on the command line."
        placeholder="team-a"
        {...bindField(fields, 'accountId')}
      />
      <TextField
        label="Name (optional)"
        hint="For people, in lists."
        placeholder="Team A"
        {...bindField(fields, 'name')}
      />
    </div>
  );
}

const FOLDED = ['baseUrl', 'proxyUrl', 'weight', 'priority', 'models'];

/** Where requests go, and how many; open where the kind makes no sense without. */
export function OptionFields({ form, ...fields }: FieldsProps & { readonly form: CredentialForm }) {
  const { problems } = fields;
  const field = (name: string) => bindField(fields, name);
  const needsUpstream = form.upstream !== undefined;
  const isOpen = useLatch(FOLDED.some((name) => problems[name] !== undefined));
  const upstream = (
    <TextField
      label={needsUpstream ? 'Upstream' : 'Upstream (optional)'}
      hint="Its base URL, where that is not Claude itself."
      placeholder={form.upstream || 'https://llm.example.com'}
      {...field('baseUrl')}
    />
  );
  return (
    <>
      {needsUpstream && upstream}
      <Fold
        title="Share and way"
        note="weight, priority, models, upstream, egress proxy"
        open={isOpen}
        className="-mx-2"
      >
        {() => (
          <div className="flex flex-col gap-2 px-2 pt-2">
            {!needsUpstream && upstream}
            <TextField
              label="Egress proxy (optional)"
              hint="Through which the upstream is reached."
              placeholder="http://egress.example.com:3128"
              {...field('proxyUrl')}
            />
            <div className="grid gap-x-3 sm:grid-cols-2">
              <TextField
                label="Weight (optional)"
                hint="Its share against the others; 1."
                inputMode="decimal"
                placeholder="1"
                {...field('weight')}
              />
              <TextField
                label="Priority (optional)"
                hint="A higher number serves only when no lower one can."
                inputMode="numeric"
                placeholder="0"
                {...field('priority')}
              />
            </div>
            <TextField
              label="Models (optional)"
              hint="What it may be asked for, with blanks between; * stands for any characters."
              placeholder="claude-haiku-*"
              {...field('models')}
            />
          </div>
        )}
      </Fold>
    </>
  );
}

export type KeptIn = NonNullable<Added['keptIn']>;

const KEPT_IN: readonly { readonly value: KeptIn; readonly label: string }[] = [
  { value: 'database', label: 'Sealed in the database (AES-256-GCM)' },
  { value: 'file', label: 'In the credential file, its owner’s alone (0600)' },
];

/** Where secrets that were given go. */
export function KeptInField({
  value,
  onChoose,
}: {
  readonly value: KeptIn;
  readonly onChoose: (kept: KeptIn) => void;
}) {
  return (
    <SelectField
      label="Kept"
      hint="What was named by where it stands is not kept at all. Nothing of it is ever shown again."
      value={value}
      choices={KEPT_IN}
      onChoose={onChoose}
    />
  );
}
