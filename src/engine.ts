/** The running system as the front doors see it: each call goes to the service that answers it. */
import { AppError, toAppError } from './errors/app-error.ts';
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
    search: async (request, signal) =>
      await guarded(async () => await system.search.search(request, signal)),
    related: async () =>
      await Promise.reject(new AppError('NOT_READY', 'Relations are not there yet.')),
    control: async (request, signal) =>
      await guarded(async () => await system.index.control(request, signal)),
    connectors: async (request) =>
      await guarded(async () => await system.connectors.manage(request)),
    status: async (query) => await guarded(async () => await system.index.status(query)),
    onStatus: (listener) => system.board.onChange(listener),
    readiness: () => system.readiness(),
    listResources: async (cursor, allowed) =>
      await guarded(async () => await system.search.listResources(cursor, allowed)),
    readResource: async (uri, allowed) =>
      await guarded(async () => await system.search.readResource(uri, allowed)),
  };
}
