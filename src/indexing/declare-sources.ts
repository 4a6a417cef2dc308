/**
 * Makes the stored sources agree with the configuration: what is declared is there as declared, what is declared
 * no more is removed with all that it indexed. Sources that were added over MCP stay, unless the configuration
 * takes their id. What changed in a source is noticed by its next listing or sync.
 */
import type { SourceDeclaration } from '../store/sources.ts';
import type { StoreState } from '../store/stored-state.ts';
import type { IndexWriter } from './ports.ts';

/** A root as the configuration has it. */
export interface DeclaredRoot {
  readonly id: string;
  readonly path: string;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/** A remote source as the configuration has it: the three fields that all have, and those of its type. */
export interface DeclaredConnector {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly [field: string]: unknown;
}

/** Stores the declarations; ids must be unique over both lists. */
export async function declareSources(
  declared: {
    readonly roots: readonly DeclaredRoot[];
    readonly connectors: readonly DeclaredConnector[];
  },
  writer: IndexWriter,
  readState: () => StoreState,
): Promise<void> {
  const declarations = [
    ...declared.roots.map(toRootDeclaration),
    ...declared.connectors.map(toConnectorDeclaration),
  ];
  const types = new Map(declarations.map(({ connectorId, type }) => [connectorId, type]));
  for (const { connectorId, isDeclared, type } of readState().sources) {
    const wanted = types.get(connectorId);
    const isGone = isDeclared === 1 && wanted === undefined;
    // Documents of one kind are no documents of another.
    const isOther = wanted !== undefined && wanted !== type;
    if (isGone || isOther) await writer.removeSource(connectorId);
  }
  for (const declaration of declarations) await writer.ensureSource(declaration);
}

function toRootDeclaration({ id, path, include, exclude }: DeclaredRoot): SourceDeclaration {
  return {
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
  };
}

function toConnectorDeclaration(connector: DeclaredConnector): SourceDeclaration {
  const { id, type, name, ...config } = connector;
  return { connectorId: id, type, name, path: null, config, isDeclared: true };
}
