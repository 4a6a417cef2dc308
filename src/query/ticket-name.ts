/**
 * One spelling for a ticket, however people write it: `#12`, `GH-12`, `owner/repo#12`, `ABC-123`, `!7`,
 * `group/project!7`, or the address of its page. Letter case does not count. Which tickets a text names
 * is the business of `tickets.ts`.
 */

const PAGE =
  /^https?:\/\/[^/\s]+\/(.+?)\/(?:-\/)?(issues|pull|pulls|merge_requests|work_items|discussions)\/([1-9]\d{0,8})(?![\d])/i;
const TRACKER_PAGE =
  /^https?:\/\/\S+?(?:\/browse\/|[?&]selectedIssue=|\/issues\/)([A-Z][A-Z0-9_]*-[1-9]\d*)/i;

/**
 * Gives the one spelling: lower case, `#` for issues and pull requests, `!` for merge requests. What is in no
 * known form is given back in lower case, so that it can still be compared.
 */
export function toTicketKey(written: string): string {
  const text = written.trim().replace(/[.,;:)\]>]+$/, '');
  const page = PAGE.exec(text);
  if (page !== null) {
    const [, place = '', what = '', number = ''] = page;
    const sign = what.toLowerCase() === 'merge_requests' ? '!' : '#';
    return `${place}${sign}${number}`.toLowerCase();
  }
  const tracker = TRACKER_PAGE.exec(text)?.[1];
  if (tracker !== undefined) return tracker.toLowerCase();
  const number = /^(?:GH-|#)?([1-9]\d{0,8})$/i.exec(text)?.[1];
  return number === undefined ? text.toLowerCase() : `#${number}`;
}

/** The key without its place: `#12` of `owner/repo#12`; undefined when it has none or needs none (`abc-123`). */
export function toShortTicketKey(key: string): string | undefined {
  const short = /^[^#!]+([#!]\d+)$/.exec(key)?.[1];
  return short;
}

/** The place of a key: `owner/repo` of `owner/repo#12`. */
export function toTicketPlace(key: string): string | undefined {
  return /^([^#!]+)[#!]\d+$/.exec(key)?.[1];
}
