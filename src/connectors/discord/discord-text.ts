/**
 * Turns what Discord keeps of a message into Markdown. Its text is Markdown already; ids in it become names, and embeds,
 * files, polls and forwarded messages are written out.
 * Source: https://docs.discord.com/developers/reference#message-formatting
 */
import { MessageType, type APIEmbed, type APIMessage } from 'discord-api-types/v10';

/** What ids stand for; undefined for ids that are not known. */
export interface DiscordNames {
  role(id: string): string | undefined;
  channel(id: string): string | undefined;
}

/** Gives a message as Markdown; '' when nothing of it is text. */
export function renderDiscordMessage(message: APIMessage, names: DiscordNames): string {
  const shown = toShown(message);
  const parts = [
    renderDiscordText(shown.content, shown, names),
    ...(shown.message_snapshots ?? []).map(({ message: { content } }) => content),
    ...shown.embeds.map(renderEmbed),
    ...shown.attachments.map(({ filename }) => `[file: ${filename}]`),
    ...(shown.sticker_items ?? []).map(({ name }) => `[sticker: ${name}]`),
    renderPoll(shown),
  ];
  const text = parts.filter((part) => part.trim() !== '').join('\n');
  const answered = message.type === MessageType.Reply ? message.referenced_message : undefined;
  return answered === undefined || answered === null || text === ''
    ? text
    : `(to ${nameAuthor(answered)}) ${text}`;
}

/** The name that people see, apart from nicknames. */
export function nameAuthor(message: APIMessage): string {
  const { author } = toShown(message);
  return author.global_name ?? author.username;
}

/** The first line of a thread stands for the message that it was started from, outside of it. */
function toShown(message: APIMessage): APIMessage {
  return message.type === MessageType.ThreadStarterMessage
    ? (message.referenced_message ?? message)
    : message;
}

/** True for what people write by hand, in place of notices and answers of bots. */
export function isOrdinary({ type }: APIMessage): boolean {
  return type === MessageType.Default || type === MessageType.Reply;
}

/** True when a person's ordinary message came without anything in it, which people cannot send. */
export function isHollow(message: APIMessage): boolean {
  return (
    isOrdinary(message) &&
    message.content === '' &&
    message.embeds.length === 0 &&
    message.attachments.length === 0 &&
    message.poll === undefined &&
    (message.sticker_items ?? []).length === 0 &&
    (message.components ?? []).length === 0 &&
    (message.message_snapshots ?? []).length === 0
  );
}

function renderDiscordText(text: string, message: APIMessage, names: DiscordNames): string {
  const people = new Map(
    message.mentions.map((user) => [user.id, user.global_name ?? user.username]),
  );
  return text
    .replace(/<@!?(\d+)>/g, (_whole, id: string) => `@${people.get(id) ?? id}`)
    .replace(/<@&(\d+)>/g, (_whole, id: string) => `@${names.role(id) ?? id}`)
    .replace(/<#(\d+)>/g, (_whole, id: string) => `#${names.channel(id) ?? id}`)
    .replace(/<a?:(\w+):\d+>/g, ':$1:')
    .replace(/<\/([^:<>\n]+):\d+>/g, '/$1')
    .replace(/<t:(-?\d{1,12})(?::[a-zA-Z])?>/g, (_whole, seconds: string) => toMinute(seconds))
    .replace(/<(https?:\/\/[^<>\s]+)>/g, '$1');
}

function toMinute(seconds: string): string {
  const date = new Date(Number(seconds) * 1000);
  return Number.isNaN(date.getTime())
    ? seconds
    : `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function renderEmbed({ title, url, description, fields, author }: APIEmbed): string {
  const heading = title === undefined || url === undefined ? title : `[${title}](${url})`;
  const lines = [
    author?.name,
    heading,
    description,
    ...(fields ?? []).map(({ name, value }) => `${name}: ${value}`),
  ];
  return lines.filter((line) => line !== undefined && line !== '').join('\n');
}

function renderPoll({ poll }: APIMessage): string {
  if (poll === undefined) return '';
  const answers = poll.answers.map(({ poll_media: { text } }) => `- ${text ?? ''}`);
  return [`Poll: ${poll.question.text ?? ''}`, ...answers].join('\n');
}
