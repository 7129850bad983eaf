import type { RequestSummary } from '@nexus/contract';

type Pricing = NonNullable<RequestSummary['cost']>['pricing'];

/** How a price was found, for the line beside it and for whoever asks what that means. */
export const PRICING_WORDS: Record<Pricing, { readonly label: string; readonly about: string }> = {
  exact: { label: 'by the price table', about: 'Priced by the table of published prices.' },
  guessed: {
    label: 'guessed',
    about: 'The price table does not know this model: the price is that of its family.',
  },
  unpriced: { label: 'no price', about: 'Nobody knows a price of this model: it is in no sum.' },
};
