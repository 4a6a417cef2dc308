/** Makes the stored sources agree with the configured roots: what is declared no more is removed. */
import type { StoreState } from '../store/stored-state.ts';
import type { IndexWriter } from './ports.ts';

/** A root as the configuration has it. */
export interface DeclaredRoot {
  readonly id: string;
  readonly path: string;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

export async function declareRoots(
  roots: readonly DeclaredRoot[],
  writer: IndexWriter,
  readState: () => StoreState,
): Promise<void> {
  for (const { id, path, include, exclude } of roots) {
    await writer.ensureSource({
      connectorId: id,
      type: 'filesystem',
      name: id,
      path,
      config: {
        path,
        ...(include.length > 0 ? { include } : {}),
        ...(exclude.length > 0 ? { exclude } : {}),
      },
      isDeclared: true,
    });
  }
  const declared = new Set(roots.map(({ id }) => id));
  for (const { connectorId, isDeclared } of readState().sources) {
    if (isDeclared === 1 && !declared.has(connectorId)) await writer.removeSource(connectorId);
  }
}
