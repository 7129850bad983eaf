import { expect, test } from 'bun:test';
import { Secret } from '@nexus/config';
import * as fc from 'fast-check';
import type { AccountSettings } from '../accounts/account-file.ts';
import { editCredentialFile } from '../accounts/credentials/edit-credential-file.ts';
import { parseCredentialFile } from './credential-file.ts';

const PLACE = { name: 'x', path: '/credentials/x.credentials.json' };
const key = fc.stringMatching(/^[\x21-\x7e]{1,20}$/);
const id = fc.stringMatching(/^[a-z]{1,8}$/);
const types = fc.constantFrom(
  'api_key',
  'oauth',
  'session',
  'command',
  'flow',
  'jwt_self_signed',
  'workload_identity',
  'x',
);
const value = fc.oneof(key, fc.json(), fc.integer(), fc.constant(null), fc.constant({ env: 'A' }), fc.constant(['a']));
const names = fc.constantFrom(
  'api_key',
  'token',
  'command',
  'oauth',
  'key',
  'claims',
  'accountId',
  'weight',
  'models',
  'upstream',
);
const anyFile = fc
  .tuple(types, fc.dictionary(names, value), fc.option(fc.array(fc.dictionary(names, value), { maxLength: 3 })))
  .map(([type, fields, accounts]) => Object.assign({}, fields, { type }, accounts === null ? {} : { accounts }));

test('whatever a file holds, it gives accounts or the reason why not, and never throws', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        anyFile.map((file) => JSON.stringify(file)),
        fc.json(),
        fc.string(),
      ),
      (text) => {
        const parsed = parseCredentialFile(text, PLACE);
        // Only an empty list of accounts gives none.
        if (parsed.ok) expect(parsed.file.accounts.length > 0 || /"accounts":\s*\[\s*\]/.test(text)).toBe(true);
        else expect(parsed.because.length).toBeGreaterThan(5);
      },
    ),
    { numRuns: 500 },
  );
});

const single = fc.record({ type: fc.constant('api_key'), api_key: key, client_api_key: key, slack: fc.jsonValue() });
const pool = fc
  .uniqueArray(fc.tuple(id, key), { selector: ([name]) => name, minLength: 1, maxLength: 4 })
  .map((entries) => entries.map(([name, secret]) => ({ id: name, type: 'api_key', api_key: secret, weight: 2 })))
  .chain((accounts) =>
    fc.record({ accounts: fc.constant(accounts), client_api_key: key, strategy: fc.constant('weighted') }),
  );

test('an account that is added leaves the others and the rest of the file as they were', () => {
  fc.assert(
    fc.property(fc.oneof(single, pool), key, (file, added) => {
      const edited = editCredentialFile(file, {
        id: 'added-now',
        name: null,
        credential: { type: 'api_key', api_key: added },
        idOfSingle: 'file:x',
      });
      if (!edited.ok) throw new Error(edited.because);
      const [before, after] = [file, edited.file].map((content) => parseCredentialFile(JSON.stringify(content), PLACE));
      if (!before?.ok || !after?.ok) throw new Error('not a file');
      const others = after.file.accounts.filter((account) => account.id !== 'added-now');
      expect(others.map(toShown)).toEqual(before.file.accounts.map(toShown));
      expect(after.file.accounts).toHaveLength(others.length + 1);
      expect(after.file.strategy).toBe(before.file.strategy);
      expect(after.file.clientKey?.digest).toEqual(before.file.clientKey?.digest ?? null);
    }),
    { numRuns: 200 },
  );
});

/** An account with its secret in sight: two secrets look the same otherwise. */
function toShown({ credential, ...account }: AccountSettings) {
  const isOpen = credential.kind === 'api-key' && credential.key instanceof Secret;
  return { ...account, key: isOpen ? credential.key.reveal() : credential };
}
