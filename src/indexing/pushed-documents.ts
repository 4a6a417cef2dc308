/** `index_control index`: stores one document that a client hands in, under the source `pushed`. */
import type { ConnectorItem } from '../connectors/connector.ts';
import { AppError } from '../errors/app-error.ts';
import { PUSHED_CONNECTOR_ID as PUSHED_CONNECTOR } from '../model/connector-fields.ts';
import type { ControlReply, ControlRequest } from '../model/control.ts';
import type { SourceRow } from '../store/sources.ts';
import type { Analysers, IndexWriter } from './ports.ts';
import { storeItems } from './store-items.ts';

export interface PushPorts {
  readonly writer: IndexWriter;
  readonly analysers: Analysers;
}

/** Answers when the document can be found. The same path overwrites. Errors: `INVALID_ARGUMENT`. */
export async function pushDocument(
  ports: PushPorts,
  request: ControlRequest,
): Promise<ControlReply> {
  const { content } = request;
  if (content === undefined) {
    throw new AppError(
      'INVALID_ARGUMENT',
      'The action index needs `content: {path, content, source_type}`.',
    );
  }
  if (!(request.allowed_connectors?.includes(PUSHED_CONNECTOR) ?? true)) {
    throw new AppError(
      'INSUFFICIENT_SCOPE',
      `This key may not write to the connector ${PUSHED_CONNECTOR}. Use one that names it, or that has all connectors.`,
    );
  }
  const updatedMs = readTime(content.updated_at);
  const source = await ensurePushedSource(ports.writer);
  const treeId = source.activeTree ?? 0;
  const item: ConnectorItem = {
    path: content.path,
    text: content.content,
    updatedMs,
    item: { source_type: content.source_type },
  };
  const target = { treeId, epoch: 0, listing: 0, sourceType: null };
  await storeItems([item], target, {
    ...ports,
    maxItemBytes: Number.MAX_SAFE_INTEGER,
    onFailure: () => undefined,
  });
  return {
    status: 'ok',
    message: `${content.path} is indexed under the connector ${PUSHED_CONNECTOR}.`,
  };
}

function readTime(text: string | undefined): number {
  const ms = text === undefined ? Date.now() : Date.parse(text);
  if (Number.isFinite(ms)) return ms;
  throw new AppError(
    'INVALID_ARGUMENT',
    `content.updated_at is "${text}", which is no time. Send one like 2026-01-31T12:00:00Z.`,
  );
}

async function ensurePushedSource(writer: IndexWriter): Promise<SourceRow> {
  const source = await writer.ensureSource({
    connectorId: PUSHED_CONNECTOR,
    type: 'pushed',
    name: 'Pushed documents',
    path: null,
    config: {},
    isDeclared: false,
  });
  if (source.activeTree !== null) await writer.setSourceFacts(source.id, { lastOkMs: Date.now() });
  return source;
}
