/** Looks into values of unknown shape, as they come from the wire, without trusting or changing them. */

/** Gives an own field of an object, undefined for every other value and for inherited fields. */
export function peek(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  const field: unknown = Reflect.get(value, key);
  return field;
}
