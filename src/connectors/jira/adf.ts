/**
 * Turns the Atlassian Document Format, in which Jira Cloud keeps descriptions and comments, into Markdown. It is
 * made for reading and searching, not for going back: colours, widths and alignments fall away, and nothing
 * is escaped, so that identifiers stay as people typed them. A node of a kind that is not known here is shown
 * by what it holds. Two renderers lie on npm; neither has had a maintainer for years, and Atlassian's own brings the
 * whole editor along.
 *
 * A block renders to lines without an empty one at either end; blocks are joined by an empty line.
 * Format: https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/
 */

/** One node of a document. Everything but `type` may be absent. */
export interface AdfNode {
  readonly type?: string;
  readonly text?: string;
  readonly attrs?: Readonly<Record<string, unknown>>;
  readonly marks?: readonly AdfNode[];
  readonly content?: readonly AdfNode[];
}

/** Deeper nodes are left out: no editor makes them, and they must not exhaust the stack. */
const MAX_DEPTH = 60;

/** Gives a document, or any node of one, as Markdown with real line breaks; '' for nothing. O(size). */
export function renderAdf(document: unknown): string {
  return isNode(document) ? renderNode(document, 0) : '';
}

type Renderer = (node: AdfNode, depth: number) => string;

const RENDERERS: Readonly<Record<string, Renderer>> = {
  text: renderText,
  paragraph: renderInline,
  caption: renderInline,
  decisionItem: renderInline,
  taskItem: renderInline,
  heading: (node, depth) =>
    `${'#'.repeat(clamp(node.attrs?.['level'], 1, 6))} ${oneLine(renderInline(node, depth))}`,
  hardBreak: () => '\n',
  rule: () => '---',
  mention: (node) => `@${readText(node, 'text').replace(/^@/, '') || readText(node, 'id')}`,
  emoji: (node) => readText(node, 'text') || readText(node, 'shortName'),
  date: renderDate,
  status: (node) => readText(node, 'text'),
  placeholder: (node) => readText(node, 'text'),
  inlineCard: renderCard,
  blockCard: renderCard,
  embedCard: renderCard,
  media: renderMedia,
  mediaInline: renderMedia,
  extension: renderExtension,
  inlineExtension: renderExtension,
  codeBlock: renderCode,
  blockquote: (node, depth) => prefixLines(renderBlocks(node, depth), '> '),
  panel: (node, depth) => prefixLines(renderBlocks(node, depth), '> '),
  bulletList: (node, depth) => renderList(node, depth, () => '- '),
  orderedList: (node, depth) => {
    const { order } = node.attrs ?? {};
    const first = order === undefined ? 1 : clamp(order, 0, 999_999_999);
    return renderList(node, depth, (_item, index) => `${first + index}. `);
  },
  taskList: (node, depth) =>
    renderList(node, depth, (item) => (readText(item, 'state') === 'DONE' ? '- [x] ' : '- [ ] ')),
  decisionList: (node, depth) => renderList(node, depth, () => '- Decision: '),
  expand: renderExpand,
  nestedExpand: renderExpand,
  table: renderTable,
};

function renderNode(node: AdfNode, depth: number): string {
  if (depth > MAX_DEPTH) return '';
  const type = node.type ?? '';
  return (
    (Object.hasOwn(RENDERERS, type) ? RENDERERS[type] : undefined)?.(node, depth) ??
    renderBlocks(node, depth)
  );
}

/** What stands in one line after the other, without anything between. */
function renderInline(node: AdfNode, depth: number): string {
  return listChildren(node)
    .map((child) => renderNode(child, depth + 1))
    .join('')
    .trim();
}

function renderBlocks(node: AdfNode, depth: number): string {
  const children = listChildren(node);
  if (children.length > 0 && children.every(isInline)) return renderInline(node, depth);
  return children
    .map((child) => renderNode(child, depth + 1))
    .filter((block) => block !== '')
    .join('\n\n');
}

const INLINE: ReadonlySet<string> = new Set([
  'text',
  'hardBreak',
  'mention',
  'emoji',
  'date',
  'status',
  'placeholder',
  'inlineCard',
  'inlineExtension',
  'mediaInline',
]);

function isInline(node: AdfNode): boolean {
  return INLINE.has(node.type ?? '');
}

/** Spaces at the ends go outside of the marks: `**word **` would not be bold. */
function renderText(node: AdfNode): string {
  const text = typeof node.text === 'string' ? node.text : '';
  const core = text.trim();
  if (core === '' || node.marks === undefined) return text;
  const start = text.indexOf(core);
  const marked = node.marks.filter(isNode).sort(byMarkOrder).reduce(applyMark, core);
  return text.slice(0, start) + marked + text.slice(start + core.length);
}

/** From the inside out: other marks would be read literally inside code. */
const MARK_ORDER = ['code', 'em', 'strong', 'strike', 'link'];

function byMarkOrder(left: AdfNode, right: AdfNode): number {
  return MARK_ORDER.indexOf(left.type ?? '') - MARK_ORDER.indexOf(right.type ?? '');
}

function applyMark(text: string, mark: AdfNode): string {
  switch (mark.type) {
    case 'code':
      return `\`${text}\``;
    case 'em':
      return `*${text}*`;
    case 'strong':
      return `**${text}**`;
    case 'strike':
      return `~~${text}~~`;
    case 'link': {
      const href = readText(mark, 'href');
      return href === '' || href === text ? text : `[${text}](${href})`;
    }
    case undefined:
    default:
      return text;
  }
}

/** `timestamp` is milliseconds since the epoch, as a string; the day in UTC is what the editor meant. */
function renderDate(node: AdfNode): string {
  const date = new Date(Number(node.attrs?.['timestamp']));
  return Number.isNaN(date.getTime()) ? '' : date.toISOString().slice(0, 10);
}

function renderCard(node: AdfNode): string {
  const data = node.attrs?.['data'];
  const nested =
    typeof data === 'object' && data !== null && 'url' in data && typeof data.url === 'string'
      ? data.url
      : '';
  return readText(node, 'url') || nested;
}

/** Files are named, not read: their bytes need another request each. */
function renderMedia(node: AdfNode): string {
  const url = readText(node, 'url');
  const name = readText(node, 'alt') || 'attachment';
  return url === '' ? `[${name}]` : `![${name}](${url})`;
}

function renderExtension(node: AdfNode, depth: number): string {
  return readText(node, 'text') || renderBlocks(node, depth);
}

function renderCode(node: AdfNode): string {
  const code = listChildren(node)
    .map((child) => child.text ?? '')
    .join('');
  const fence = '`'.repeat(Math.max(3, longestRun(code) + 1));
  return `${fence}${readText(node, 'language')}\n${code}\n${fence}`;
}

function longestRun(code: string): number {
  return Math.max(0, ...Array.from(code.matchAll(/`+/g), ([run]) => run.length));
}

function renderExpand(node: AdfNode, depth: number): string {
  const title = readText(node, 'title');
  const body = renderBlocks(node, depth);
  return title === '' ? body : `**${title}**\n\n${body}`.trim();
}

type Marker = (item: AdfNode, index: number) => string;

/** A list inside a list is a child beside the items (tasks) or inside of one (all others); both are indented. */
function renderList(node: AdfNode, depth: number, marker: Marker): string {
  return listChildren(node)
    .map((item, index) => {
      if (item.type === node.type) return indent(renderNode(item, depth + 1), '  ');
      const lead = marker(item, index);
      const body = renderItem(item, depth + 1);
      return `${lead}${indent(body, ' '.repeat(lead.length < 5 ? lead.length : 2)).trimStart()}`;
    })
    .join('\n');
}

/** The blocks of an item stand close together, so that the list stays one list. */
function renderItem(item: AdfNode, depth: number): string {
  if (item.type !== 'listItem') return renderNode(item, depth);
  return listChildren(item)
    .map((child) => renderNode(child, depth + 1))
    .filter((block) => block !== '')
    .join('\n');
}

function renderTable(node: AdfNode, depth: number): string {
  const rows = listChildren(node).map((row) =>
    listChildren(row).map((cell) => toCell(renderBlocks(cell, depth + 2))),
  );
  const width = Math.max(0, ...rows.map((row) => row.length));
  if (width === 0) return '';
  const lines = rows.map((row) => toRow(row, width));
  return [
    lines[0],
    toRow(
      Array.from({ length: width }, () => '---'),
      width,
    ),
    ...lines.slice(1),
  ].join('\n');
}

function toRow(cells: readonly string[], width: number): string {
  return `| ${Array.from({ length: width }, (_, index) => cells[index] ?? '').join(' | ')} |`;
}

function toCell(text: string): string {
  return text.replaceAll('|', String.raw`\|`).replace(/\s*\n\s*/g, '<br>');
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ');
}

function indent(text: string, by: string): string {
  return text.replace(/^(?=.)/gm, by);
}

function prefixLines(text: string, prefix: string): string {
  return text === '' ? '' : text.replace(/^/gm, prefix).replace(/ +$/gm, '');
}

function listChildren(node: AdfNode): readonly AdfNode[] {
  return Array.isArray(node.content) ? node.content.filter(isNode) : [];
}

function isNode(value: unknown): value is AdfNode {
  return typeof value === 'object' && value !== null;
}

function readText(node: AdfNode, name: string): string {
  const value = node.attrs?.[name];
  return typeof value === 'string' ? value : '';
}

function clamp(value: unknown, min: number, max: number): number {
  return typeof value === 'number' && Number.isFinite(value)
    ? Math.min(max, Math.max(min, Math.trunc(value)))
    : min;
}
