/** Where changes of the settings in the database are told, and who keeps a copy of some learns of them. */
export interface ChangeDesk {
  /** `refresh` reads anew what is kept of these nouns. */
  serve(nouns: readonly string[], refresh: () => Promise<void>): void;
  /** Something of this noun was changed, or anything at all where it is null. Resolves once all copies know. */
  tell(noun: string | null): Promise<void>;
}

export function createChangeDesk(): ChangeDesk {
  const served: { readonly nouns: readonly string[]; readonly refresh: () => Promise<void> }[] = [];
  return {
    serve: (nouns, refresh) => void served.push({ nouns, refresh }),
    tell: async (noun) => {
      const concerned = served.filter(({ nouns }) => noun === null || nouns.includes(noun));
      await Promise.all(concerned.map(({ refresh }) => refresh()));
    },
  };
}
