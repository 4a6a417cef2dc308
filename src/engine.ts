/** The running system as the front doors see it: each call goes to the service that answers it. */
import { toAppError } from './errors/app-error.ts';
import type { Engine } from './model/engine.ts';
import type { System } from './system.ts';

export function createEngine(system: System): Engine {
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      const known = toAppError(error);
      if (known.code === 'INTERNAL') system.logger.error({ err: error }, 'a call failed');
      throw known;
    }
  };
  return {
    search: async (request, signal) => guarded(async () => system.search.search(request, signal)),
    related: async (request, signal) => guarded(async () => system.search.related(request, signal)),
    control: async (request, signal) => guarded(async () => system.index.control(request, signal)),
    connectors: async (request, signal) =>
      guarded(async () => system.connectors.manage(request, signal)),
    webhook: async (connectorId, call) =>
      guarded(async () => system.webhooks.take(connectorId, call)),
    status: async (query) => guarded(async () => system.index.status(query)),
    onStatus: (listener) => system.board.onChange(listener),
    readiness: () => system.readiness(),
    listResources: async (cursor, allowed) =>
      guarded(async () => system.search.listResources(cursor, allowed)),
    readResource: async (uri, allowed) =>
      guarded(async () => system.search.readResource(uri, allowed)),
  };
}
