/** Where a PostgreSQL is: plain data, so that it can be handed to a worker thread. */
export interface PgConnection {
  /** A host name, or the absolute path of a unix socket's folder. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  readonly password?: string;
}
