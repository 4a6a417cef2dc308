/** The clients of the world against the server with the in-memory engine. */
import { afterAll, beforeAll } from 'vitest';

import { describeInterop } from '../../support/describe-interop.ts';
import { startTestServer, type TestServer } from '../../support/start-test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

describeInterop(() => server.url);
