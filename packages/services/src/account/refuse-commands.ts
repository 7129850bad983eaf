import { GatewayError, type OperationInput } from '@nexus/contract';

/**
 * A credential that runs a program is written into its file by hand: who may open the dashboard shall not thereby be able to
 * run programs on the machine of the gateway.
 * @throws {GatewayError} `field-invalid`.
 */
export function refuseCommands(credential: OperationInput<'account.add'>['credential']): void {
  const runs =
    credential.type === 'command' ||
    ('assertion' in credential && typeof credential.assertion === 'object' && 'command' in credential.assertion);
  if (!runs) return;
  throw new GatewayError('field-invalid', {
    publicMessage:
      '`credential`: what runs a program is written into the credential file by hand, see docs/credentials.md.',
  });
}
