/**
 * Turns what Slack keeps of a message into Markdown: its own markup (`<@U1>`, `<#C1|name>`, `<https://…|label>`, `&amp;`),
 * attachments of bots and the names of files. Bold and italics are left as they are: `*so*` reads well enough, and an
 * identifier with underscores must not be changed.
 * Source: https://docs.slack.dev/messaging/formatting-message-text
 */

/** What ids stand for; undefined for ids that are not known. */
export interface SlackNames {
  user(id: string): string | undefined;
  channel(id: string): string | undefined;
}

/** The parts of a message that are shown. */
export interface SlackMessageText {
  readonly text?: string;
  readonly blocks?: readonly unknown[];
  readonly attachments?: readonly SlackAttachment[];
  readonly files?: readonly { readonly name?: string | null; readonly title?: string | null }[];
}

export interface SlackAttachment {
  readonly fallback?: string;
  readonly pretext?: string;
  readonly title?: string;
  readonly title_link?: string;
  readonly text?: string;
  readonly fields?: readonly { readonly title?: string; readonly value?: string }[];
}

/** Gives a message as Markdown; '' when nothing of it is text. */
export function renderSlackMessage(message: SlackMessageText, names: SlackNames): string {
  const own = message.text ?? '';
  const parts = [own === '' ? listTexts(message.blocks, 0).join('\n') : own];
  for (const attachment of message.attachments ?? []) parts.push(toAttachmentText(attachment));
  for (const { name, title } of message.files ?? [])
    parts.push(`[file: ${name ?? title ?? 'unnamed'}]`);
  return parts
    .map((part) => renderSlackText(part, names).trim())
    .filter((part) => part !== '')
    .join('\n');
}

/** Lists the ids of people whom a message names. */
export function listMentionedUsers(message: SlackMessageText): string[] {
  const texts = [message.text ?? '', ...listTexts(message.blocks, 0)];
  for (const attachment of message.attachments ?? []) texts.push(toAttachmentText(attachment));
  return Array.from(texts.join(' ').matchAll(/<@([A-Z0-9]+)/g), ([, id]) => id ?? '');
}

/** Turns one text with Slack's markup into Markdown. */
export function renderSlackText(text: string, names: SlackNames): string {
  return text
    .replace(/<([^<>\s][^<>\n]*)>/g, (_whole, inner: string) => renderReference(inner, names))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

function renderReference(inner: string, names: SlackNames): string {
  const bar = inner.indexOf('|');
  const target = bar === -1 ? inner : inner.slice(0, bar);
  const label = bar === -1 ? '' : inner.slice(bar + 1);
  if (target.startsWith('@'))
    return `@${names.user(target.slice(1)) ?? (label || target.slice(1))}`;
  if (target.startsWith('#'))
    return `#${label || (names.channel(target.slice(1)) ?? target.slice(1))}`;
  if (target.startsWith('!')) return renderCommand(target.slice(1), label);
  const address = target.replace(/^mailto:/, '');
  return label === '' || label === address ? address : `[${label}](${target})`;
}

/** `!here`, `!subteam^S1|@team`, `!date^1392734382^{date}|Feb 18, 2014`. */
function renderCommand(command: string, label: string): string {
  const [name = '', id = ''] = command.split('^');
  if (name === 'date') {
    const date = new Date(Number(id) * 1000);
    return label !== '' || Number.isNaN(date.getTime()) ? label : date.toISOString().slice(0, 16);
  }
  if (label !== '') return label.startsWith('@') ? label : `@${label}`;
  return `@${id === '' ? name : id}`;
}

/** The fallback is the whole attachment in plain words; it only counts where nothing better is there. */
function toAttachmentText(attachment: SlackAttachment): string {
  const { title, title_link: link } = attachment;
  const heading = title === undefined || link === undefined ? (title ?? '') : `<${link}|${title}>`;
  const fields = (attachment.fields ?? []).map(
    (field) => `${field.title ?? ''}: ${field.value ?? ''}`,
  );
  const parts = [attachment.pretext ?? '', heading, attachment.text ?? '', ...fields];
  const text = parts.filter((part) => part.trim() !== '').join('\n');
  return text === '' ? (attachment.fallback ?? '') : text;
}

/** The texts of blocks, in order: `text` is a string there or an object that holds one. */
function listTexts(value: unknown, depth: number): string[] {
  if (depth > 12 || typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((one) => listTexts(one, depth + 1));
  return Object.entries(value).flatMap(([name, one]) =>
    name === 'text' && typeof one === 'string' ? [one] : listTexts(one, depth + 1),
  );
}
