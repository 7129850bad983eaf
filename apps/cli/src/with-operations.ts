import type { Config } from '@nexus/config';
import type { OperationArguments, OperationName, OperationOutput } from '@nexus/contract';
import type { Terminal } from './terminal.ts';
import { toLocalActor } from './to-local-actor.ts';
import { withStorage } from './with-storage.ts';
import { toBrowserUrl } from './to-browser-url.ts';

/** Performs one operation as the person at this machine; `file` is what the operation takes a file for. */
export type Perform = <N extends OperationName>(
  name: N,
  input: OperationArguments<N>,
  file?: string,
) => Promise<OperationOutput<N>>;

/**
 * Runs `task` with operations on the database of these settings: that of DATABASE_URL, or the embedded one, which is
 * started if the gateway is not running and left as it was afterwards.
 */
export async function withOperations<T>(
  config: Config,
  terminal: Terminal,
  task: (perform: Perform) => Promise<T>,
): Promise<T> {
  // Loaded here and not above, so that help and start do not pay for it.
  const { perform } = await import('@nexus/services');
  return withStorage(config, terminal, (storage) => {
    const context = {
      actor: toLocalActor(),
      storage,
      recorderStats: toUnknownRecorder,
      domains: { list: () => [], credentialOf: () => 'none' as const },
      proxyUrl: () => toBrowserUrl(config.server.host, config.server.port),
      apiKeySalt: config.identity.apiKeySalt?.reveal() ?? '',
      retention: config.retention,
      rollingWindowMinutes: config.limits.rollingWindowMinutes,
      clock: terminal.clock,
      newId: terminal.newId,
    };
    return task((name, input, file) => {
      const upload = file === undefined ? undefined : { open: () => Bun.file(file).stream() };
      return perform({ ...context, upload }, name, input);
    });
  });
}

// The recorder lives in the gateway's process; the command line sees the database only.
function toUnknownRecorder() {
  return {
    state: 'off' as const,
    queuedRecords: 0,
    spoolBytes: 0,
    spoolBytesMax: 0,
    droppedPayloads: 0,
    droppedRecords: 0,
    lastWriteAtMs: null,
    lastProblem: null,
  };
}
