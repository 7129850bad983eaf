import { useState } from 'react';

export interface Task<Input> {
  readonly isRunning: boolean;
  /** What went wrong the last time; null once it is tried again. */
  readonly error: Error | null;
  readonly run: (input: Input) => void;
}

/**
 * Something that a person asks for and waits for. Unlike a mutation of the query client it keeps nothing of what came back:
 * an answer may hold a secret, which must not outlive the dialog that shows it.
 */
export function useTask<Input = void>(perform: (input: Input) => Promise<void>): Task<Input> {
  const [state, setState] = useState<Pick<Task<Input>, 'isRunning' | 'error'>>({ isRunning: false, error: null });
  async function start(input: Input): Promise<void> {
    setState({ isRunning: true, error: null });
    try {
      await perform(input);
      setState({ isRunning: false, error: null });
    } catch (error) {
      setState({ isRunning: false, error: toError(error) });
    }
  }
  return { ...state, run: (input) => void start(input) };
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
