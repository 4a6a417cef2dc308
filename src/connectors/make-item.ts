/**
 * Puts together what a connector hands out. Services leave fields out, send null or an empty text for them;
 * all of it becomes an absent key, so that an item looks the same however it was fetched.
 */
import type { DocumentItem, ItemLinks } from '../model/document.ts';
import type { ConnectorItem } from './connector.ts';

type Loose<T> = { readonly [Key in keyof T]?: T[Key] | null | undefined };

/** A document with the fields as the service gave them. Times are RFC 3339. */
export interface LooseItem {
  readonly path: string;
  readonly text: string;
  readonly updatedAt: string;
  readonly item: Loose<Omit<DocumentItem, 'source_type' | 'links'>> &
    Pick<DocumentItem, 'source_type'> & { readonly links?: Loose<ItemLinks> };
}

/** Gives the document without what is null, empty or not given. A time that cannot be read counts as 0. */
export function makeItem({ path, text, updatedAt, item }: LooseItem): ConnectorItem {
  const { links, ...fields } = item;
  const kept = dropEmpty(links ?? {});
  return {
    path,
    text,
    updatedMs: Date.parse(updatedAt) || 0,
    item: {
      ...(dropEmpty(fields) as Omit<DocumentItem, 'links'>),
      ...(Object.keys(kept).length === 0 ? {} : { links: kept }),
    },
  };
}

function dropEmpty<T extends object>(fields: T): { [Key in keyof T]?: NonNullable<T[Key]> } {
  const kept = Object.entries(fields).filter(
    ([, value]) =>
      value !== undefined &&
      value !== null &&
      value !== '' &&
      !(Array.isArray(value) && value.length === 0),
  );
  return Object.fromEntries(kept) as { [Key in keyof T]?: NonNullable<T[Key]> };
}
