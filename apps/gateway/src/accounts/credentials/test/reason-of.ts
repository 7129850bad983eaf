import { GatewayError } from '@nexus/contract';

/** Why no credential came. Throws where one did, or where the error is not of the table. */
export async function reasonOf(waiting: Promise<unknown>): Promise<string> {
  const error = await waiting.then(
    () => null,
    (failure: unknown) => failure,
  );
  if (!(error instanceof GatewayError) || error.code !== 'credential-invalid')
    throw new Error(`not refused: ${String(error)}`);
  return String(error.detail['because']);
}
