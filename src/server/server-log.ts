/**
 * The part of a logger that the server uses; pino has this shape. One line for each event: the
 * message is a constant in lower case, values are fields. No query text, no content, no token.
 */
export interface ServerLog {
  debug(fields: Readonly<Record<string, unknown>>, message: string): void;
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}
