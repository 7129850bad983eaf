/** Header names (lower case) and values in wire order. */
export type HeaderList = readonly (readonly [name: string, value: string])[];
