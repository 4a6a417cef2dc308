export function scorePath(query: string, path: string): number {
  const q = query.toLowerCase();
  const p = path.toLowerCase();
  return p.endsWith(q) ? 3 : p.includes(q) ? 1 : 0;
}
