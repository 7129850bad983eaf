import { compareRequests, type Fingerprint } from './fingerprint.ts';
import type { LaunchingCall, LinkIndex } from './link-index.ts';
import type { LinkRules } from './link-rules.ts';
import type { Placement } from './link.ts';

type Launch = Pick<Placement, 'parentRequestId' | 'launchedBy' | 'linkSource' | 'because'>;

/**
 * Who launched the agent that names itself in its headers: the open call of its session with its prompt, first among
 * those of the parent agent that it names; else the latest turn of that parent, so that it at least stands behind it.
 */
export function findLauncherByHeaders(fingerprint: Fingerprint, index: LinkIndex): Launch {
  const { sessionId, agentId, parentAgentId } = fingerprint;
  const calls = callsOfPrompt(fingerprint, index).filter(
    ({ owner }) => owner.sessionId === sessionId && owner.agentId !== agentId,
  );
  const named = calls.filter(({ owner }) => owner.agentId === parentAgentId);
  const call = newestCall(named.length > 0 ? named : calls);
  if (call !== null)
    return toLaunch(call, { linkSource: 'header', because: 'names its agent, launched by a call with its prompt' });
  const parent = sessionId === null ? undefined : index.turnsOf(sessionId, parentAgentId).at(-1);
  return {
    parentRequestId: parent?.fingerprint.requestId ?? null,
    launchedBy: null,
    linkSource: 'header',
    because:
      parent === undefined
        ? 'names its agent, whose launch was not seen'
        : 'names its agent; no call with its prompt was seen',
  };
}

/** The newest open call with the prompt that the request begins with, within its window; null where there is none. */
export function findLauncherByCall(
  fingerprint: Fingerprint,
  { index, rules }: { readonly index: LinkIndex; readonly rules: LinkRules },
): Launch | null {
  const calls = callsOfPrompt(fingerprint, index).filter((call) => isInWindow(fingerprint, { call, rules }));
  const call = newestCall(calls);
  if (call === null) return null;
  return toLaunch(call, {
    linkSource: 'sub-agent call',
    because: 'begins with the prompt of a call that launches an agent',
  });
}

function callsOfPrompt({ promptHash }: Fingerprint, index: LinkIndex): readonly LaunchingCall[] {
  return promptHash === null ? [] : index.openCalls(promptHash);
}

function isInWindow(
  { sessionId, startedAtMs }: Fingerprint,
  { call: { call, owner }, rules }: { readonly call: LaunchingCall; readonly rules: LinkRules },
): boolean {
  const isKnown = sessionId !== null && owner.sessionId !== null;
  if (isKnown && sessionId !== owner.sessionId) return false;
  const anyoneMs = call.asynchronous ? rules.asynchronousAgentWindowMs : rules.agentWindowMs;
  return startedAtMs <= owner.endedAtMs + (isKnown ? rules.sessionAgentWindowMs : anyoneMs);
}

/** The latest answer's calls go first, and of one answer the first call: so agents take them as they were launched. */
function newestCall(calls: readonly LaunchingCall[]): LaunchingCall | null {
  return calls.reduce<LaunchingCall | null>((best, call) => {
    if (best === null) return call;
    const difference = compareRequests(call.owner, best.owner) || best.call.index - call.call.index;
    return difference > 0 ? call : best;
  }, null);
}

function toLaunch(
  { call, owner }: LaunchingCall,
  { linkSource, because }: Pick<Launch, 'linkSource' | 'because'>,
): Launch {
  const { requestId } = owner;
  return {
    parentRequestId: requestId,
    launchedBy: { requestId, toolUseId: call.toolUseId, index: call.index },
    linkSource,
    because,
  };
}
