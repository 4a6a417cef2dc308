/**
 * Markdown as services hand it out, made fit to be indexed: line ends are `\n`, HTML comments (the hints of
 * issue templates, markers of bots) are gone, the title is the first line. It is no Markdown parser: it knows code
 * fences and code spans only, because a comment inside of one is content.
 */

/** Puts the title as a heading above the body. Without a title the body alone; nothing at all gives ''. */
export function toItemText(title: string | undefined, body: string | null | undefined): string {
  const text = dropHtmlComments((body ?? '').replace(/\r\n?/g, '\n')).trim();
  const heading = title === undefined ? '' : `# ${title.replace(/\s+/g, ' ').trim()}`;
  const parts = [heading, text].filter((part) => part !== '');
  return parts.length === 0 ? '' : `${parts.join('\n\n')}\n`;
}

/** What can begin something that decides how the text behind it is read. */
const MARK = /^ {0,3}(`{3,}|~{3,})[^\n]*|`+|<!--/gm;

/** Drops comments that end; one that does not is kept as text. O(length) but for odd runs of backticks. */
function dropHtmlComments(text: string): string {
  if (!text.includes('<!--')) return text;
  const kept: string[] = [];
  let keptUpTo = 0;
  const marks = new RegExp(MARK);
  for (let match = marks.exec(text); match !== null; match = marks.exec(text)) {
    const from = match.index + match[0].length;
    if (match[1] !== undefined) marks.lastIndex = findFenceEnd(text, from, match[1]);
    else if (match[0] === '<!--') {
      const end = text.indexOf('-->', from);
      if (end === -1) break;
      kept.push(text.slice(keptUpTo, match.index));
      keptUpTo = end + '-->'.length;
      marks.lastIndex = keptUpTo;
    } else marks.lastIndex = findSpanEnd(text, from, match[0]);
  }
  kept.push(text.slice(keptUpTo));
  return kept.join('').replace(/\n[ \t]*\n(?:[ \t]*\n)+/g, '\n\n');
}

/** Where the block that a fence opened is over; a block that is never closed goes to the end. */
function findFenceEnd(text: string, from: number, fence: string): number {
  const closing = new RegExp(`^ {0,3}${fence[0]}{${fence.length},}[ \\t]*$`, 'gm');
  closing.lastIndex = from;
  return closing.exec(text) === null ? text.length : closing.lastIndex;
}

/** Where a code span of this line is over; backticks that open none count as text. */
function findSpanEnd(text: string, from: number, ticks: string): number {
  const newline = text.indexOf('\n', from);
  const line = text.slice(from, newline === -1 ? text.length : newline);
  for (const run of line.matchAll(/`+/g)) {
    if (run[0].length === ticks.length) return from + run.index + run[0].length;
  }
  return from;
}
