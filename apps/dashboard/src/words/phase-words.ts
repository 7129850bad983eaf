import type { PhaseName } from '@nexus/contract';

/**
 * What each phase of an exchange does, and whose time it is. `ours` happens before or after Claude;
 * `claude` spans the wait for Claude and the answer passing through.
 */
export const PHASE_WORDS: Record<PhaseName, { readonly owner: 'ours' | 'claude'; readonly about: string }> = {
  receive: { owner: 'ours', about: 'Takes the body and scans its top level.' },
  'identify-domain': { owner: 'ours', about: 'Tells the domain from the host name.' },
  authenticate: { owner: 'ours', about: 'Checks the key of the caller.' },
  limit: { owner: 'ours', about: 'Checks the bounds.' },
  'pick-account': { owner: 'ours', about: 'Chooses the credential for Claude.' },
  forward: { owner: 'claude', about: 'Sends the bytes and waits for the first byte of the answer.' },
  observe: { owner: 'claude', about: 'Watches usage and events as they pass.' },
  answer: { owner: 'claude', about: 'Passes the answer to the caller.' },
  record: { owner: 'ours', about: 'Hands everything to the recorder.' },
};
