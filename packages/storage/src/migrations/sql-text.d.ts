/** SQL files are imported as text, so that the program has no files to find when it runs. */
declare module '*.sql' {
  const text: string;
  export default text;
}
