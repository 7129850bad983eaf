import { useQueryClient } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { accountsQuery } from '../../api/account-queries.ts';
import { useMay } from '../../api/use-may.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { SelectField } from '../../ui/field.tsx';
import { AddByForm } from './add-by-form.tsx';
import { CommandHelp } from './command-help.tsx';
import { CREDENTIAL_FORMS, type CredentialForm } from './credential-forms.ts';
import { SignInFlow } from './sign-in-flow.tsx';

/** Opens the form for a new account. Nothing for those who may not add one. */
export function AddAccount({ domains }: { readonly domains: readonly string[] }) {
  const [isOpen, setIsOpen] = useState(false);
  const queries = useQueryClient();
  if (!useMay('account.add')) return null;
  const close = () => setIsOpen(false);
  return (
    <>
      <Button look="solid" icon={<Plus aria-hidden />} onClick={() => setIsOpen(true)}>
        Add account
      </Button>
      <Dialog
        open={isOpen}
        label="Add an account"
        className="mt-[5vh]! max-h-[90vh]! w-[min(46rem,calc(100vw-2rem))]!"
        closesOutside={false}
        onClose={close}
      >
        <Chosen
          domains={domains}
          onClose={close}
          onAdded={() => {
            close();
            void queries.invalidateQueries({ queryKey: accountsQuery.queryKey });
          }}
        />
      </Dialog>
    </>
  );
}

/** What a new account can authenticate with. */
type Kind = CredentialForm['type'] | 'oauth' | 'command';

const KINDS: readonly { readonly value: Kind; readonly label: string }[] = [
  ...CREDENTIAL_FORMS.map(({ type, label }) => ({ value: type, label })),
  { value: 'oauth', label: 'Claude login' },
  { value: 'command', label: 'Token of a command' },
];

interface ChosenProps {
  readonly domains: readonly string[];
  readonly onClose: () => void;
  readonly onAdded: () => void;
}

function Chosen({ domains, onClose, onAdded }: ChosenProps) {
  const [kind, setKind] = useState<Kind>('api_key');
  const form = CREDENTIAL_FORMS.find(({ type }) => type === kind);
  return (
    <div className="flex max-h-[90vh] flex-col gap-3 overflow-y-auto p-5">
      <h2 className="text-lg font-semibold">Add an account</h2>
      <SelectField
        label="It authenticates with"
        hint={form?.about ?? OTHER_KINDS[kind]}
        value={kind}
        choices={KINDS}
        onChoose={setKind}
      />
      {form !== undefined && <AddByForm key={kind} form={form} domains={domains} onClose={onClose} onAdded={onAdded} />}
      {kind === 'oauth' && <SignInFlow domains={domains} onClose={onClose} onDone={onAdded} />}
      {kind === 'command' && <CommandHelp onClose={onClose} />}
    </div>
  );
}

const OTHER_KINDS: Readonly<Partial<Record<Kind, string>>> = {
  oauth:
    'Your own login, for your own use, under the terms of its provider. A team takes API keys or workload identity.',
  command: 'A program on the machine of the gateway that prints a token.',
};
