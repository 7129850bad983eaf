import { ApiError, ERRORS, type ErrorRow, toErrorRow } from '@nexus/contract';
import { useQueryErrorResetBoundary } from '@tanstack/react-query';
import { type ErrorComponentProps, useRouter } from '@tanstack/react-router';
import { CircleAlert, RotateCw } from 'lucide-react';
import { useCallback, useEffect } from 'react';
import { PATHS } from '../paths.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';

const RETRY_MS = 3_000;

/** What a page shows when it could not be made: what went wrong, what to check, and a way to try again. */
export function FailedPage({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const boundary = useQueryErrorResetBoundary();
  const words = explain(error);
  const { list } = words;
  const retry = useCallback(() => {
    boundary.reset();
    reset();
    void router.invalidate();
  }, [boundary, reset, router]);
  useEffect(() => {
    if (!words.passing) return undefined;
    const timer = setTimeout(retry, RETRY_MS);
    return () => clearTimeout(timer);
  }, [words.passing, retry]);
  return (
    <Notice icon={<CircleAlert />} title={words.title}>
      <p>{words.message}</p>
      {words.check && (
        <p>
          <span className="font-medium text-ink">What to check: </span>
          {words.check}
        </p>
      )}
      {words.passing && <p role="status">This page tries again by itself every few seconds.</p>}
      <p className="font-mono text-xs text-ink-3">
        {words.code}
        {words.requestId && ` · request id ${words.requestId}`}
      </p>
      <div className="flex gap-2 pt-1">
        <Button look="solid" icon={<RotateCw aria-hidden />} onClick={retry}>
          Try again
        </Button>
        {words.code === 'field-invalid' && (
          <Button onClick={() => void router.navigate({ to: '.', search: {} })}>Clear filters</Button>
        )}
        {list !== undefined && (
          <Button onClick={() => void router.navigate({ to: list })}>
            Go to {list === PATHS.requests ? 'requests' : 'conversations'}
          </Button>
        )}
      </div>
    </Notice>
  );
}

interface Explanation {
  readonly title: string;
  readonly message: string;
  readonly check: string | null;
  readonly code: string;
  readonly requestId: string | null;
  /** Where what is there is listed, for what is not. */
  readonly list?: (typeof GONE)[keyof typeof GONE] | undefined;
  /** True where the same page may work in a moment: the database starts, the gateway restarts. */
  readonly passing: boolean;
}

function explain(error: unknown): Explanation {
  const cause = error instanceof Error && error.cause instanceof ApiError ? error.cause : error;
  if (!(cause instanceof ApiError)) {
    const message = cause instanceof Error ? cause.message : String(cause);
    return { title: 'This page broke', message, check: null, code: 'dashboard', requestId: null, passing: false };
  }
  const row = findRow(cause.code);
  const list = Object.entries(GONE).find(([code]) => code === cause.code)?.[1];
  return {
    title: TITLES[row?.source ?? 'gateway'],
    message: cause.message,
    check: list === undefined ? (row?.check.replaceAll('`', '') ?? null) : GONE_CHECK,
    list,
    code: cause.code,
    requestId: cause.requestId,
    passing: cause.code === 'network' || row?.retryable === true,
  };
}

/** Codes that say that there is no such thing. */
const GONE = { 'request-unknown': PATHS.requests, 'conversation-unknown': PATHS.conversations } as const;
const GONE_CHECK = 'the address; and whether it was deleted, or is older than what this gateway keeps.';

const TITLES: Record<ErrorRow['source'], string> = {
  client: 'This could not be shown',
  gateway: 'Claude Nexus could not answer',
  upstream: 'Claude could not answer',
  storage: 'History is not available right now',
};

function findRow(code: string): ErrorRow | null {
  return isKnown(code) ? toErrorRow(code) : null;
}

function isKnown(code: string): code is keyof typeof ERRORS {
  return Object.hasOwn(ERRORS, code);
}
