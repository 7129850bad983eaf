export { listScopes, type Actor, type Context, type RecorderReport } from './context.ts';
export type { CredentialOrigin, DomainDirectory } from './domain/domain-directory.ts';
export { CLIENT_KEY_PREFIX, hashClientKey, makeClientKey, toKeyHint } from './key/client-key.ts';
export { loadSecret } from './sign-in/load-secret.ts';
export { createSignInLinks, type SignInLink, type SignInLinks } from './sign-in/sign-in-links.ts';
export { toRequestSummary } from './request/to-request-summary.ts';
