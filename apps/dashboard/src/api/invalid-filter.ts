import { ApiError } from '@nexus/contract';

/** What of an address is not valid, and why. */
export interface WrongFilter {
  readonly name: string;
  readonly value: string;
  /** What it must be, such as `use one of day, week`. */
  readonly problem: string;
}

/** What an address that says something wrong is answered with. */
export class InvalidFilter extends ApiError {
  readonly filter: string;
  readonly problem: string;

  constructor(filter: string, problem: string) {
    super({ code: 'field-invalid', message: `Filter "${filter}": ${problem}.`, status: 400, requestId: null });
    this.filter = filter;
    this.problem = problem;
  }
}

type Search = Readonly<Record<string, unknown>>;

/** A place that an address names, and what it says besides that is wrong: never part of an address itself. */
export type Tolerant<T> = T & { readonly wrong?: readonly WrongFilter[] | undefined };

/** What a search that a route checked holds of what is wrong. */
export function findWrong(search: object | undefined): readonly WrongFilter[] {
  const wrong: unknown = search !== undefined && 'wrong' in search ? search.wrong : undefined;
  return Array.isArray(wrong) ? wrong.filter(isWrong) : NONE;
}

const NONE: readonly WrongFilter[] = [];

function isWrong(told: unknown): told is WrongFilter {
  return typeof told === 'object' && told !== null && 'name' in told && 'value' in told && 'problem' in told;
}

/** More wrong ones than this in one address nobody typed. */
const WRONG_MAX = 20;

/** `parse` for a route: what is wrong is left out and told in `wrong`, so that the page can say so and show the rest. */
export function toTolerant<T extends object>(parse: (search: Search) => T): (search: Search) => Tolerant<T> {
  return (search) => {
    const wrong: WrongFilter[] = [];
    for (;;) {
      const names = wrong.map(({ name }) => name);
      // Said to be nothing: the router passes on by itself what a check leaves out.
      const without = Object.fromEntries(names.map((name) => [name, undefined]));
      try {
        const place = parse({ ...search, ...without });
        return wrong.length === 0 ? place : { ...without, ...place, wrong };
      } catch (error) {
        if (!(error instanceof InvalidFilter) || names.includes(error.filter) || wrong.length >= WRONG_MAX) throw error;
        wrong.push({ name: error.filter, value: String(search[error.filter]), problem: error.problem });
      }
    }
  };
}
