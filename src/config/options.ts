/**
 * Every option, once: one row gives its key, its names in the environment and on the command line,
 * its type, default, range, unit and effect. Parsing, checking, `--help` and `config.example.yml` are
 * made from this table and from nothing else; an option without a row does not exist. Rules that
 * join several options stand in `build-config.ts`. This is a data table, so it may be long.
 */

/**
 * How a value is written. In the environment and on the command line lists are one text: `strings`
 * separated by `,`, `paths` by `:`, `aliases` by `;`. In the file they are lists (one text is taken too).
 */
export type OptionType =
  | 'string'
  | 'path'
  | 'url'
  | 'choice'
  | 'boolean'
  | 'integer'
  | 'number'
  | 'strings'
  | 'paths'
  | 'aliases'
  | 'connectors';

export interface OptionRow {
  /** Dotted place in the file: `server.port`. */
  readonly key: string;
  /** Name in the environment; null where the file alone can say it. */
  readonly env: string | null;
  /** Name on the command line without dashes. */
  readonly flag: string | null;
  readonly type: OptionType;
  /** As it would stand in the file. Null means not set. */
  readonly default: string | number | boolean | null | readonly string[];
  readonly choices?: readonly string[];
  /** Inclusive. */
  readonly min?: number;
  /** Inclusive. */
  readonly max?: number;
  readonly unit?: string;
  /** What it does, in whole sentences. */
  readonly effect: string;
}

/** The values of the options that choose. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export const LOG_FORMATS = ['json', 'text'] as const;
export const AUTH_MODES = ['off', 'keys', 'oauth'] as const;
export const TOOL_NAMES = ['dot', 'underscore'] as const;

/** The table, in the order in which the file is written. */
export const OPTIONS: readonly OptionRow[] = [
  {
    key: 'server.host',
    env: 'CONEXUS_HOST',
    flag: 'host',
    type: 'string',
    default: '127.0.0.1',
    effect:
      'Address to listen on. An address that is not loopback needs auth.mode keys or oauth, or the explicit auth.allow_unauthenticated.',
  },
  {
    key: 'server.port',
    env: 'CONEXUS_PORT',
    flag: 'port',
    type: 'integer',
    default: 8080,
    min: 0,
    max: 65_535,
    effect: 'TCP port to listen on. 0 takes any free port, which the log names.',
  },
  {
    key: 'server.allowed_hosts',
    env: 'CONEXUS_ALLOWED_HOSTS',
    flag: null,
    type: 'strings',
    default: [],
    effect:
      'Host names that requests may be addressed to, besides loopback names and IP addresses. Others are refused, which stops DNS rebinding.',
  },
  {
    key: 'server.trusted_proxies',
    env: 'CONEXUS_TRUSTED_PROXIES',
    flag: null,
    type: 'strings',
    default: [],
    effect:
      'Addresses or networks (10.0.0.0/8) of reverse proxies whose X-Forwarded-For is believed; limits then count the client behind them. From anyone else the header is ignored.',
  },
  {
    key: 'server.tls.cert_file',
    env: 'CONEXUS_TLS_CERT_FILE',
    flag: null,
    type: 'path',
    default: null,
    effect:
      'Certificate chain in PEM. With server.tls.key_file the port speaks HTTPS only. A changed file counts from the next connection on; a broken one is logged and the old one stays.',
  },
  {
    key: 'server.tls.key_file',
    env: 'CONEXUS_TLS_KEY_FILE',
    flag: null,
    type: 'path',
    default: null,
    effect: 'Private key of server.tls.cert_file in PEM, without a passphrase.',
  },
  {
    key: 'database.path',
    env: 'CONEXUS_DB_PATH',
    flag: 'db',
    type: 'path',
    default: './data/conexus.db',
    effect:
      'The SQLite file of the index. Its folder is created when missing. Use a local disk: network file systems break its locks.',
  },
  {
    key: 'indexer.root_path',
    env: 'CONEXUS_ROOT_PATH',
    flag: 'root',
    type: 'paths',
    default: ['.'],
    effect:
      'Folders to index; each is a root whose id is made from its name. The current directory is the default, which has no effect when connectors of type filesystem are declared.',
  },
  {
    key: 'indexer.max_file_bytes',
    env: 'CONEXUS_MAX_FILE_BYTES',
    flag: null,
    type: 'integer',
    default: 5_242_880,
    min: 1_024,
    max: 104_857_600,
    unit: 'bytes',
    effect: 'Larger files are skipped with the reason too_large.',
  },
  {
    key: 'indexer.workers',
    env: 'CONEXUS_WORKERS',
    flag: null,
    type: 'integer',
    default: 0,
    min: 0,
    max: 64,
    unit: 'threads',
    effect: 'Threads that analyse files. 0 means one for each core.',
  },
  {
    key: 'indexer.memory_limit_mb',
    env: 'CONEXUS_MEMORY_LIMIT_MB',
    flag: null,
    type: 'integer',
    default: 0,
    min: 0,
    max: 1_048_576,
    unit: 'MiB',
    effect:
      'Memory to divide among threads, queues and caches. 0 means a share of what the control group or the machine has.',
  },
  {
    key: 'indexer.allow_sensitive',
    env: 'CONEXUS_ALLOW_SENSITIVE',
    flag: null,
    type: 'strings',
    default: [],
    effect:
      'Globs of paths (relative to their root) that are indexed although they look like secrets, such as fixtures/*.pem.',
  },
  {
    key: 'logging.level',
    env: 'CONEXUS_LOG_LEVEL',
    flag: 'log-level',
    type: 'choice',
    default: 'info',
    choices: LOG_LEVELS,
    effect:
      'Lowest level that is logged. SIGUSR2 switches a running server to debug and back, without a restart.',
  },
  {
    key: 'logging.format',
    env: 'CONEXUS_LOG_FORMAT',
    flag: 'log-format',
    type: 'choice',
    default: 'json',
    choices: LOG_FORMATS,
    effect: 'One JSON object for each line, or readable text.',
  },
  {
    key: 'auth.mode',
    env: 'CONEXUS_AUTH_MODE',
    flag: null,
    type: 'choice',
    default: 'off',
    choices: AUTH_MODES,
    effect:
      'Who may call: anyone who reaches the port, holders of a key of auth.keys_file, or holders of an access token of auth.issuer.',
  },
  {
    key: 'auth.keys_file',
    env: 'CONEXUS_AUTH_KEYS_FILE',
    flag: null,
    type: 'path',
    default: null,
    effect: 'File of hashed keys. Required with auth.mode keys.',
  },
  {
    key: 'auth.issuer',
    env: 'CONEXUS_AUTH_ISSUER',
    flag: null,
    type: 'url',
    default: null,
    effect: 'Issuer whose access tokens are accepted. Required with auth.mode oauth.',
  },
  {
    key: 'auth.audience',
    env: 'CONEXUS_AUTH_AUDIENCE',
    flag: null,
    type: 'string',
    default: null,
    effect: 'Audience that a token must be made for. Required with auth.mode oauth.',
  },
  {
    key: 'auth.jwks_url',
    env: 'CONEXUS_AUTH_JWKS_URL',
    flag: null,
    type: 'url',
    default: null,
    effect: "The issuer's public keys. When not set, they are found through the issuer's metadata.",
  },
  {
    key: 'auth.allow_unauthenticated',
    env: 'CONEXUS_AUTH_ALLOW_UNAUTHENTICATED',
    flag: null,
    type: 'boolean',
    default: false,
    effect:
      'Allows auth.mode off on an address that is not loopback. Everyone who reaches the port can then read everything that is indexed. The container image sets it, because its port is published by choice.',
  },
  {
    key: 'cors.allowed_origins',
    env: 'CONEXUS_CORS_ALLOWED_ORIGINS',
    flag: null,
    type: 'strings',
    default: [],
    effect:
      'Web origins (https://example.com) whose pages may call from a browser, besides the server itself.',
  },
  {
    key: 'rate_limit.enabled',
    env: 'CONEXUS_RATE_LIMIT_ENABLED',
    flag: null,
    type: 'boolean',
    default: false,
    effect: 'Limits the requests of each client.',
  },
  {
    key: 'rate_limit.requests_per_minute',
    env: 'CONEXUS_RATE_LIMIT_REQUESTS_PER_MINUTE',
    flag: null,
    type: 'integer',
    default: 600,
    min: 1,
    max: 1_000_000,
    unit: 'requests per minute',
    effect: 'Requests that one client may make; more are answered 429.',
  },
  {
    key: 'rate_limit.max_concurrent',
    env: 'CONEXUS_RATE_LIMIT_MAX_CONCURRENT',
    flag: null,
    type: 'integer',
    default: 256,
    min: 1,
    max: 10_000,
    unit: 'requests',
    effect:
      'MCP requests that one client may have under way at once, waits included; more are answered 429. It holds also when rate_limit.enabled is false.',
  },
  {
    key: 'observability.metrics.enabled',
    env: 'CONEXUS_METRICS_ENABLED',
    flag: null,
    type: 'boolean',
    default: true,
    effect: 'Serves GET /metrics in the Prometheus text format.',
  },
  {
    key: 'observability.tracing.enabled',
    env: 'CONEXUS_TRACING_ENABLED',
    flag: null,
    type: 'boolean',
    default: false,
    effect: 'Sends traces by OTLP over HTTP.',
  },
  {
    key: 'observability.tracing.endpoint',
    env: 'CONEXUS_TRACING_ENDPOINT',
    flag: null,
    type: 'url',
    default: 'http://127.0.0.1:4318',
    effect: 'The collector that takes the traces.',
  },
  {
    key: 'observability.tracing.sample_rate',
    env: 'CONEXUS_TRACING_SAMPLE_RATE',
    flag: null,
    type: 'number',
    default: 1,
    min: 0,
    max: 1,
    unit: 'share of requests',
    effect: 'Share of requests that are traced.',
  },
  {
    key: 'path_aliases',
    env: 'CONEXUS_PATH_ALIASES',
    flag: null,
    type: 'aliases',
    default: [],
    effect:
      'Pairs client=server: how clients see a folder and where it is here, such as /home/me/src=/data/codebase or C:\\src=/data/codebase. Paths are translated both ways.',
  },
  {
    key: 'tool_names',
    env: 'CONEXUS_TOOL_NAMES',
    flag: null,
    type: 'choice',
    default: 'dot',
    choices: TOOL_NAMES,
    effect:
      'Spelling of the listed tools: context.search or context_search. Calls are accepted in both.',
  },
  {
    key: 'secrets.dir',
    env: 'CONEXUS_SECRETS_DIR',
    flag: null,
    type: 'path',
    default: null,
    effect:
      'Folder whose files a connector added over MCP may name by token_file, besides /run/secrets.',
  },
  {
    key: 'connectors.allowed_paths',
    env: 'CONEXUS_CONNECTORS_ALLOWED_PATHS',
    flag: null,
    type: 'paths',
    default: [],
    effect: 'Folders that a connector added over MCP may name, besides the roots.',
  },
  {
    key: 'connectors.allowed_hosts',
    env: 'CONEXUS_CONNECTORS_ALLOWED_HOSTS',
    flag: null,
    type: 'strings',
    default: [],
    effect:
      'Hosts inside the network that connectors may reach: git.corp.example, *.corp.example, an address or a network such as 10.0.0.0/8, each with :port or for every port. All public hosts are allowed.',
  },
  {
    key: 'connectors.list',
    env: null,
    flag: null,
    type: 'connectors',
    default: [],
    effect:
      'Sources to index besides the roots: {type, name, …}. A list directly below `connectors` means the same. Secrets are named by token_env or token_file, never written here.',
  },
];

/** Names in the environment that are not options: which file to read. */
export const CONFIG_FILE_ENV = 'CONEXUS_CONFIG';

/** Names that start so hold secrets that connectors refer to; they are never read here. */
export const SECRET_ENV_PREFIX = 'CONEXUS_SECRET_';
