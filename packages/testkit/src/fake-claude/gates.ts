/** Gates that answers wait at, each until a test opens it; one that was opened before lets the answer through at once. */
export interface Gates {
  readonly open: (gate: number) => void;
  /** Resolves when the gate is open. */
  readonly pass: (gate: number) => Promise<void>;
  /** Forgets all; who waits goes on waiting until its caller leaves. */
  clear(): void;
}

const GATES_MAX = 100_000;

export function createGates(): Gates {
  const gates = new Map<number, PromiseWithResolvers<void>>();

  function find(gate: number): PromiseWithResolvers<void> {
    const known = gates.get(gate);
    if (known !== undefined) return known;
    if (gates.size >= GATES_MAX) throw new RangeError(`a fake has at most ${GATES_MAX} gates`);
    const made = Promise.withResolvers<void>();
    gates.set(gate, made);
    return made;
  }

  return {
    open: (gate) => find(gate).resolve(),
    pass: (gate) => find(gate).promise,
    clear: () => gates.clear(),
  };
}
