export {
  type AccountDirectory,
  type AccountStatus,
  type AccountTest,
  type AccountWindow,
} from './account/account-directory.ts';
export type { AccountFiles, AccountOptions, GivenCredential, LoginLink, NewAccount } from './account/account-files.ts';
export { listScopes, type Actor, type Context, type RecorderReport } from './context.ts';
export type { CredentialOrigin, DomainDirectory } from './domain/domain-directory.ts';
export { CLIENT_KEY_PREFIX, hashClientKey, makeClientKey, toKeyHint } from './key/client-key.ts';
export { toAuditEntry } from './audit/to-audit-entry.ts';
export { listUnsureModels, type PriceDoubt } from './price/list-unsure-models.ts';
export { loadPrices } from './price/load-prices.ts';
export { perform, requireScope } from './perform.ts';
export { toRequestSummary } from './request/to-request-summary.ts';
export { loadSecret } from './sign-in/load-secret.ts';
export { createSignInLinks, type LinkBearer, type SignInLink, type SignInLinks } from './sign-in/sign-in-links.ts';
export { checkStorage } from './storage/check.ts';
export type { OpenTunnel, TunnelDirectory } from './tunnel/tunnel-directory.ts';
export { toServiceError } from './to-service-error.ts';
