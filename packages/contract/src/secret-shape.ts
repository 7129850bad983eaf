import { z } from 'zod';

/** These go into a header: a line break in one would forge another. */
export const HeaderText = z
  .string()
  .trim()
  .min(1)
  .max(16_384)
  .regex(/^[\x21-\x7e]+$/, 'must be printable characters without spaces');

/** A variable of the gateway's environment that holds a secret. */
export const EnvReference = z.strictObject({
  env: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be the name of a variable'),
});
/** A file that holds a secret. */
export const FileReference = z.strictObject({ file: z.string().min(1).max(4096) });
const StoredReference = z.strictObject({ stored: z.string().min(1).max(600) });

const MUST_BE = 'must be a text, { "env": "NAME" }, { "file": "path" } or { "stored": "name" }';

/** A secret that goes into a header, or where it stands. */
export const SecretShape = z.union([HeaderText, EnvReference, FileReference, StoredReference], MUST_BE);

/** A secret of any characters, as keys for signing are. */
export const KeyShape = z.union([z.string().min(1).max(65_536), EnvReference, FileReference, StoredReference], MUST_BE);

/** A secret as somebody wrote it: itself, or where it stands. */
export type SecretText = z.output<typeof KeyShape>;
