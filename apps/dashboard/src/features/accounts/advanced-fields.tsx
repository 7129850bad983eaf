import { Fold } from '../../ui/fold.tsx';
import { TextArea, TextField } from '../../ui/field.tsx';
import { useLatch } from '../../ui/use-latch.ts';
import { type FieldsProps, bindField } from './bind-field.ts';

const AREAS = [
  {
    name: 'paths',
    label: 'Other paths (optional)',
    hint: 'One in a line: how a path begins = what stands there instead. The longest that fits counts.',
    placeholder: '/v1/messages = /anthropic/v1/messages',
  },
  {
    name: 'setHeaders',
    label: 'Headers to set (optional)',
    hint: 'One in a line, name: value. They go before those of the caller, and are readable in the file: no secrets.',
    placeholder: 'x-tenant: harbour',
  },
  {
    name: 'removeHeaders',
    label: 'Headers to leave out (optional)',
    hint: 'Their names, with blanks or in lines of their own.',
    placeholder: 'x-internal-trace',
  },
  {
    name: 'withoutBetas',
    label: 'Betas to leave out (optional)',
    hint: 'One in a line, with the field of the body that belongs to it: both are taken out of a request together.',
    placeholder: 'context-management-2025-06-27 context_management',
  },
] as const;

/** What is changed on the way to an upstream that is not quite Claude; open as soon as something in it is wrong. */
export function AdvancedFields(fields: FieldsProps) {
  const { problems } = fields;
  const isWrong = problems['caFile'] !== undefined || AREAS.some(({ name }) => problems[name] !== undefined);
  const isOpen = useLatch(isWrong);
  return (
    <Fold title="Advanced" note="paths, headers, betas, certificate authority" open={isOpen} className="-mx-2">
      {() => (
        <div className="flex flex-col gap-2 px-2 pt-2">
          {AREAS.map(({ name, ...words }) => (
            <TextArea key={name} {...words} rows={2} {...bindField(fields, name)} />
          ))}
          <TextField
            label="Certificate authority (optional)"
            hint="A PEM file on the machine of the gateway, trusted beside the usual ones."
            placeholder="/etc/ssl/certs/example-ca.pem"
            {...bindField(fields, 'caFile')}
          />
        </div>
      )}
    </Fold>
  );
}
