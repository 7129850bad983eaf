import { z } from 'zod';

/** What money is computed from. */
export const PriceSettings = z
  .strictObject({
    file: z.string().min(1).nullable().default(null).meta({
      env: 'NEXUS_PRICES_FILE',
      about:
        'A JSON file with prices of your own, in front of the published ones. `nexus prices check` says whether it can be used.',
      example: '/etc/claude-nexus/prices.json',
    }),
  })
  .prefault({})
  .meta({ title: 'Prices' });
