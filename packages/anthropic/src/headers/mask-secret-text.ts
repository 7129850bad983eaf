/** `text` with everything that is shaped like a secret masked. */
export function maskSecretText(_text: string): string {
  throw new Error('not built yet');
}
