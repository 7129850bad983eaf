import { useQuery } from '@tanstack/react-query';
import { meQuery } from '../../api/queries.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import type { KeyScope } from '../../words/key-words.ts';

/** A key that has just been made: it is in this object, on this page, and nowhere else. */
export interface MadeSecret {
  readonly name: string;
  readonly secret: string;
  readonly scopes: readonly KeyScope[];
  /** What became of the secret before it; null for a new key. */
  readonly before: string | null;
}

interface SecretOnceProps {
  readonly made: MadeSecret;
  readonly onClose: () => void;
}

/** The one time that a key is seen. It is held by this component alone and goes with it. */
export function SecretOnce({ made: { name, secret, scopes, before }, onClose }: SecretOnceProps) {
  const proxyUrl = useQuery(meQuery).data?.proxyUrl ?? 'http://localhost:3000';
  const isForClaude = scopes.includes('proxy');
  const lines = isForClaude ? toClaudeCodeLines(proxyUrl, secret) : toCurlLine(proxyUrl, secret);
  return (
    <div className="flex flex-col gap-4 p-5">
      <h2 className="text-lg font-semibold wrap-anywhere">The key {name}</h2>
      <p className="text-sm text-ink-2">
        This is the only time it is shown: only its hash is kept, so nobody can look it up again. Copy it to where it is
        used, or to a password store.
        {before !== null && ` ${before}`}
      </p>
      <Copied what="key" text={secret} isWrapped />
      <section className="flex flex-col gap-1.5">
        <h3 className="text-sm font-medium">
          {isForClaude ? 'For Claude Code: paste this into the terminal in which it starts' : 'For the API'}
        </h3>
        <Copied what={isForClaude ? 'lines for Claude Code' : 'command'} text={lines} />
        {isForClaude && (
          <p className="text-xs text-ink-3">
            SDKs take the key as their API key, and {proxyUrl} as their base URL. Our keys never reach Claude.
          </p>
        )}
      </section>
      <div className="flex justify-end">
        <Button look="solid" onClick={onClose}>
          I have copied it
        </Button>
      </div>
    </div>
  );
}

function toClaudeCodeLines(proxyUrl: string, secret: string): string {
  return `export ANTHROPIC_BASE_URL=${proxyUrl}\nexport ANTHROPIC_AUTH_TOKEN=${secret}`;
}

function toCurlLine(proxyUrl: string, secret: string): string {
  return `curl -H 'X-API-Key: ${secret}' ${proxyUrl}/api/requests`;
}

interface CopiedProps {
  readonly what: string;
  readonly text: string;
  readonly isWrapped?: boolean;
}

function Copied({ what, text, isWrapped = false }: CopiedProps) {
  return (
    <div className="flex items-start gap-1 rounded-md border bg-sunken py-1 pr-1 pl-3">
      <pre
        tabIndex={0}
        aria-label={what}
        className={
          isWrapped
            ? 'min-w-0 grow py-1.5 font-mono text-sm break-all whitespace-pre-wrap select-all'
            : 'min-w-0 grow overflow-x-auto py-1.5 font-mono text-sm select-all'
        }
      >
        {text}
      </pre>
      <CopyButton text={text} what={`the ${what}`} />
    </div>
  );
}
