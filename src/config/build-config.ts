/**
 * The third step of the configuration: checked values by key become the `Config` that rooms read, and
 * the rules that join several options are applied. It freezes what it gives, all the way down.
 */
import { isIP } from 'node:net';
import type { AuthConfig, Config } from './config.ts';
import type { Place } from './check-value.ts';
import type { CheckedValues } from './checked-values.ts';
import { AUTH_MODES, LOG_FORMATS, LOG_LEVELS, TOOL_NAMES } from './options.ts';
import type { ConfigProblem } from './raw-values.ts';
import { nameConnectors } from './name-connectors.ts';
import { toRoots } from './roots.ts';

export interface BuildReply {
  readonly config: Config;
  readonly problems: readonly ConfigProblem[];
  readonly warnings: readonly string[];
}

export interface BuildOptions {
  readonly place: Place;
  /** True when the root folders were named by someone and are not the default. */
  readonly hasOwnRoots: boolean;
  /** True when the process is going to listen; the rules about who may reach it apply only then. */
  readonly listens: boolean;
}

/** Builds the configuration from checked values, one for each option. Never throws. */
export function buildConfig(values: CheckedValues, options: BuildOptions): BuildReply {
  const declared = values.connectors('connectors.list');
  const folders = declared.filter((entry) => entry.type === 'filesystem');
  const hasPaths = options.hasOwnRoots || folders.length === 0;
  const paths = hasPaths ? values.strings('indexer.root_path') : [];
  const roots = toRoots(paths, folders, options.place);
  const named = nameConnectors(
    declared.filter((entry) => entry.type !== 'filesystem'),
    roots.roots,
    options.place,
  );
  const config = toConfig(values, { roots: roots.roots, connectors: named.connectors });
  const access = checkAccess(config, options);
  return {
    config: freeze(config),
    problems: [
      ...roots.problems,
      ...named.problems,
      ...access.problems,
      ...checkCors(config.cors.allowedOrigins),
      ...checkTls(values),
      ...checkProxies(config.server.trustedProxies),
    ],
    warnings: [...roots.warnings, ...access.warnings],
  };
}

/** True for `localhost`, 127.0.0.0/8 and ::1: nobody outside the machine reaches them. */
function isLoopbackHost(host: string): boolean {
  if (host.toLowerCase() === 'localhost' || host === '::1') return true;
  return isIP(host) === 4 && host.startsWith('127.');
}

type Derived = {
  readonly roots: Config['indexer']['roots'];
  readonly connectors: Config['connectors'];
};

function toConfig(values: CheckedValues, derived: Derived): Config {
  return {
    server: {
      host: values.string('server.host'),
      port: values.number('server.port'),
      allowedHosts: values.strings('server.allowed_hosts'),
      trustedProxies: values.strings('server.trusted_proxies'),
      tls: toTls(values),
    },
    ...toConnectorConfig(values),
    database: { path: values.string('database.path') },
    indexer: {
      roots: derived.roots,
      maxFileBytes: values.number('indexer.max_file_bytes'),
      workers: values.number('indexer.workers'),
      memoryLimitMb: values.number('indexer.memory_limit_mb'),
      allowSensitive: values.strings('indexer.allow_sensitive'),
    },
    logging: {
      level: values.choice('logging.level', LOG_LEVELS),
      format: values.choice('logging.format', LOG_FORMATS),
    },
    auth: {
      mode: values.choice('auth.mode', AUTH_MODES),
      keysFile: values.stringOrNull('auth.keys_file'),
      issuer: values.stringOrNull('auth.issuer'),
      audience: values.stringOrNull('auth.audience'),
      jwksUrl: values.stringOrNull('auth.jwks_url'),
      allowUnauthenticated: values.boolean('auth.allow_unauthenticated'),
    },
    cors: { allowedOrigins: values.strings('cors.allowed_origins') },
    rateLimit: {
      enabled: values.boolean('rate_limit.enabled'),
      requestsPerMinute: values.number('rate_limit.requests_per_minute'),
      maxConcurrent: values.number('rate_limit.max_concurrent'),
    },
    observability: {
      metrics: { enabled: values.boolean('observability.metrics.enabled') },
      tracing: {
        enabled: values.boolean('observability.tracing.enabled'),
        endpoint: values.string('observability.tracing.endpoint'),
        sampleRate: values.number('observability.tracing.sample_rate'),
      },
    },
    pathAliases: values.aliases('path_aliases'),
    toolNames: values.choice('tool_names', TOOL_NAMES),
    connectors: derived.connectors,
  };
}

function toConnectorConfig(
  values: CheckedValues,
): Pick<Config, 'connectorAllowedPaths' | 'connectorAllowedHosts' | 'secrets'> {
  return {
    connectorAllowedPaths: values.strings('connectors.allowed_paths'),
    connectorAllowedHosts: values.strings('connectors.allowed_hosts'),
    secrets: { dir: values.stringOrNull('secrets.dir') },
  };
}

function checkAccess(
  { server, auth }: Config,
  options: BuildOptions,
): { problems: ConfigProblem[]; warnings: string[] } {
  const problems = listMissing(auth).map((key) => ({
    key,
    place: '',
    message: `It is required with auth.mode ${auth.mode}.`,
  }));
  const warnings: string[] = [];
  if (auth.mode === 'off' && (auth.keysFile !== null || auth.issuer !== null)) {
    warnings.push('auth.mode is off: auth.keys_file and auth.issuer have no effect.');
  }
  const isOpen = auth.mode === 'off' && !isLoopbackHost(server.host);
  if (options.listens && isOpen && !auth.allowUnauthenticated) {
    const message =
      `With auth.mode off, everyone who reaches ${server.host} could read everything that is indexed. ` +
      'Listen on 127.0.0.1, or set auth.mode to keys or oauth, or accept it with ' +
      'auth.allow_unauthenticated: true (CONEXUS_AUTH_ALLOW_UNAUTHENTICATED=true).';
    problems.push({ key: 'server.host', place: '', message });
  }
  return { problems, warnings };
}

function listMissing(auth: AuthConfig): string[] {
  const needed: Record<AuthConfig['mode'], readonly [string, string | null][]> = {
    off: [],
    keys: [['auth.keys_file', auth.keysFile]],
    oauth: [
      ['auth.issuer', auth.issuer],
      ['auth.audience', auth.audience],
    ],
  };
  return needed[auth.mode].filter(([, value]) => value === null).map(([key]) => key);
}

function checkCors(origins: readonly string[]): ConfigProblem[] {
  return origins
    .filter((origin) => URL.parse(origin)?.origin !== origin)
    .map((origin) => ({
      key: 'cors.allowed_origins',
      place: '',
      message: `${JSON.stringify(origin)} is not an origin. Write scheme, host and port only, such as https://example.com.`,
    }));
}

function toTls(values: CheckedValues): Config['server']['tls'] {
  const certFile = values.stringOrNull('server.tls.cert_file');
  const keyFile = values.stringOrNull('server.tls.key_file');
  return certFile === null || keyFile === null ? null : { certFile, keyFile };
}

/** One of the two files alone would leave the port unencrypted without a word. */
function checkTls(values: CheckedValues): ConfigProblem[] {
  const keys = ['server.tls.cert_file', 'server.tls.key_file'];
  const missing = keys.filter((key) => values.stringOrNull(key) === null);
  if (missing.length !== 1) return [];
  const message = 'Certificate and key go together. Set both, or none for plain HTTP.';
  return missing.map((key) => ({ key, place: '', message }));
}

function checkProxies(proxies: readonly string[]): ConfigProblem[] {
  return proxies
    .filter((proxy) => !isNetwork(proxy))
    .map((proxy) => ({
      key: 'server.trusted_proxies',
      place: '',
      message: `${JSON.stringify(proxy)} is neither an address nor a network. Write 10.0.0.7 or 10.0.0.0/8.`,
    }));
}

function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return (
    bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128))
  );
}

function freeze<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const inner of Object.values(value)) freeze(inner);
  return Object.freeze(value);
}
