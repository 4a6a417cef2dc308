/** A checked configuration for tests: an open port of the loopback interface, everything else default. */
import type { Config } from '../../src/config/config.ts';

export function makeConfig(changes: Partial<Config> = {}): Config {
  return {
    server: { host: '127.0.0.1', port: 0, allowedHosts: [], trustedProxies: [], tls: null },
    database: { path: ':memory:' },
    indexer: {
      roots: [],
      maxFileBytes: 1_048_576,
      workers: 0,
      memoryLimitMb: 0,
      allowSensitive: [],
    },
    logging: { level: 'info', format: 'json' },
    auth: {
      mode: 'off',
      keysFile: null,
      issuer: null,
      audience: null,
      jwksUrl: null,
      allowUnauthenticated: false,
    },
    cors: { allowedOrigins: [] },
    rateLimit: { enabled: false, requestsPerMinute: 600, maxConcurrent: 256 },
    observability: {
      metrics: { enabled: true },
      tracing: { enabled: false, endpoint: '', sampleRate: 1 },
    },
    pathAliases: [],
    toolNames: 'dot',
    connectors: [],
    connectorAllowedPaths: [],
    connectorAllowedHosts: [],
    secrets: { dir: null },
    ...changes,
  };
}
