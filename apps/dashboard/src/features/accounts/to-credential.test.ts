import { describe, expect, test } from 'bun:test';
import { NewCredential } from '@nexus/contract';
import { CREDENTIAL_FORMS, findFormOfKind } from './credential-forms.ts';
import { type FormValues, listFields, toCredential } from './to-credential.ts';

const FILLED: Readonly<Record<string, FormValues>> = {
  api_key: { api_key: ' sk-ant-api03-x ' },
  workload_identity: {
    assertion: '/run/token',
    'assertion@': 'file',
    federationRuleId: 'rule_1',
    organizationId: 'org',
  },
  oauth2_client_credentials: { tokenUrl: 'https://login.example.com/t', clientId: 'c', clientSecret: 's' },
  jwt_bearer_exchange: { tokenUrl: 'https://login.example.com/t', assertion: 'TOKEN', 'assertion@': 'env' },
  jwt_self_signed: { key: 'secret', claims: '{ "iss": "nexus" }' },
  flow: { clientId: 'c', clientSecret: 's', tenant: 't', allowSecretClaim: 'yes' },
  session: { token: 't' },
};

describe.each(CREDENTIAL_FORMS.map((form) => [form.type, form] as const))('the form of %s', (type, form) => {
  test('makes a credential that the gateway takes', () => {
    expect(toCredential(form, FILLED[type] ?? {})).toMatchObject({ ok: true, credential: { type } });
  });

  test('says what is missing when nothing is filled in', () => {
    const made = toCredential(form, {});
    expect(made.ok).toBe(false);
    expect(Object.values(made.ok ? {} : made.problems).length).toBeGreaterThan(0);
  });

  test('asks for nothing that its kind has not', () => {
    const shape = NewCredential.options.find((option) => option.shape.type.value === type);
    const known = Object.keys(shape?.shape ?? {});
    expect(form.fields.map(({ name }) => name).filter((name) => !known.includes(name))).toEqual([]);
  });
});

test('a secret is given, or told by where it stands', () => {
  const form = findFormOfKind('api-key');
  expect(toCredential(form, { api_key: ' k ' })).toMatchObject({ credential: { api_key: 'k' } });
  expect(toCredential(form, { api_key: 'KEY', 'api_key@': 'env' })).toMatchObject({
    credential: { api_key: { env: 'KEY' } },
  });
  expect(toCredential(form, { api_key: '/k', 'api_key@': 'file' })).toMatchObject({
    credential: { api_key: { file: '/k' } },
  });
});

test('what is wrong is told by its field', () => {
  const form = findFormOfKind('oauth2-client-credentials');
  const made = toCredential(form, {
    tokenUrl: 'http://login.example.com',
    clientId: 'c',
    clientSecret: 's',
    params: '[]',
  });
  expect(made).toEqual({ ok: false, problems: { params: 'Must be a JSON object: { … }.' } });
  expect(toCredential(form, { tokenUrl: 'http://login.example.com', clientId: 'c', clientSecret: 's' })).toEqual({
    ok: false,
    problems: { tokenUrl: 'Must be https, or http to this machine.' },
  });
});

test('only the fields of the way that was chosen are asked for', () => {
  const form = findFormOfKind('oauth2-client-credentials');
  const names = (values: FormValues) => listFields(form, values).map(({ name }) => name);
  expect(names({})).toContain('clientSecret');
  expect(names({})).not.toContain('privateKey');
  expect(names({ authMethod: 'private_key_jwt' })).toContain('privateKey');
  expect(names({ authMethod: 'none' })).not.toContain('clientSecret');
});
