/**
 * `POST /webhooks/:connector_id`: where code hosts announce changes. No connector takes webhooks in this
 * server, so every id is unknown, and the answer is the same for all of them.
 */
import type { FastifyInstance } from 'fastify';

import { AppError } from '../../errors/app-error.ts';

/** Adds the route. */
export function addWebhookRoutes(app: FastifyInstance): void {
  app.post('/webhooks/:connector_id', async () => {
    const message = 'No connector of this id takes webhooks. Check the address in its settings.';
    throw new AppError('CONNECTOR_NOT_FOUND', message);
  });
}
