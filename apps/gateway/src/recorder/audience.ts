/** Listeners of one kind, each with what tells whether it wants to be told. */
export interface Audience<T> {
  add(tell: (read: () => T) => void, wants: () => boolean): void;
  /** Whether anybody wants to be told now. */
  wants(): boolean;
  /** `read` is called by each that reads at all. */
  tell(read: () => T): void;
}

export function createAudience<T>(): Audience<T> {
  const members: { readonly tell: (read: () => T) => void; readonly wants: () => boolean }[] = [];
  return {
    add: (tell, wants) => void members.push({ tell, wants }),
    wants: () => members.some((member) => member.wants()),
    tell: (read) => {
      for (const member of members) member.tell(read);
    },
  };
}
