/**
 * Bytes of a request to a JSON value. Stricter than JSON.parse where attackers are: invalid UTF-8 and
 * nesting beyond any honest use are refused before anything is built, so that no recursive walk
 * further in can exhaust the stack. Keys named `__proto__` stay ordinary own keys.
 */
import { AppError } from '../errors/app-error.ts';

/** Deepest nesting of arrays and objects. Our deepest input has 4 levels below the message's 3. */
const MAX_NESTING = 64;

const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * Parses a body. Throws MALFORMED_JSON for bytes that are not UTF-8 or text that is not JSON (an
 * empty body too), INVALID_REQUEST for nesting over 64 levels. O(bytes), no recursion of ours.
 */
export function parseJsonBody(bytes: Uint8Array): unknown {
  const text = decodeUtf8(bytes);
  if (exceedsNesting(text)) {
    const message = `The body nests deeper than ${MAX_NESTING} levels. Send a flatter message.`;
    throw new AppError('INVALID_REQUEST', message);
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw createMalformed('The body is not valid JSON. Send one JSON-RPC 2.0 message.', error);
  }
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (error) {
    throw createMalformed('The body is not valid UTF-8. Send JSON encoded in UTF-8.', error);
  }
}

function createMalformed(message: string, cause: unknown): AppError {
  return new AppError('MALFORMED_JSON', message, { cause });
}

/** Counts brackets outside of strings; exact for valid JSON, and for the rest the parser decides. */
function exceedsNesting(text: string): boolean {
  let depth = 0;
  let isInString = false;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit === BACKSLASH && isInString) index++;
    else if (unit === QUOTE) isInString = !isInString;
    else if (!isInString) depth += NESTING_STEP.get(unit) ?? 0;
    if (depth > MAX_NESTING) return true;
  }
  return false;
}

const BACKSLASH = 0x5c;
const QUOTE = 0x22;
/** `[` and `{` open a level, `]` and `}` close one. */
const NESTING_STEP: ReadonlyMap<number, number> = new Map([
  [0x5b, 1],
  [0x7b, 1],
  [0x5d, -1],
  [0x7d, -1],
]);
