/**
 * Discord's ids, which hold the moment at which they were given out: milliseconds since 2015 above 22 other bits.
 * Source: https://docs.discord.com/developers/reference#snowflakes
 */

const EPOCH_MS = 1_420_070_400_000;

/** True for what can be an id. */
export function isSnowflake(text: string): boolean {
  return /^\d{15,20}$/.test(text);
}

/** When the id was given out. */
export function toSnowflakeMs(id: string): number {
  return Number(BigInt(id) >> 22n) + EPOCH_MS;
}

/** The lowest id of a moment: everything given out before it is lower. */
export function toSnowflake(momentMs: number): string {
  return String(BigInt(Math.max(0, Math.ceil(momentMs - EPOCH_MS))) << 22n);
}
