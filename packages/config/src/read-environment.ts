/** The environment as it is handed in; only {@link readEnvironment} takes it from the process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A copy of this process's environment: the only place that reads it. */
export function readEnvironment(): Environment {
  return { ...process.env };
}
