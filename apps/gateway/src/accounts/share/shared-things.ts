import type { SharedKind } from '@nexus/storage';

/** One kind of things that processes tell each other of, as this process knows them. */
export interface SharedThings {
  readonly kind: SharedKind;
  /** How one is; null where nothing is known of it here any more. */
  read(id: string): unknown;
  /** Takes over what another process found out. False where nobody here is of this id yet: it is offered again. */
  adopt(id: string, state: unknown, how: Adopting): boolean;
  /** Those that whoever begins anew has to know of. */
  list(): readonly string[];
  /** Told of each that others should know of. */
  onFound(listener: (id: string) => void): void;
}

export interface Adopting {
  /** It stood there when this process began to listen: perhaps it was found out by a process that is gone. */
  readonly isFirst: boolean;
  /** This process found out something that the others do not know yet. */
  readonly isOwnNewer: boolean;
}
