/**
 * The checked configuration, grouped by the room that reads it. It is frozen before anyone sees it.
 * How it comes about stands in `load-config.ts`; names of keys, ranges and effects in `options.ts`.
 */

/** A folder to index. */
export interface RootConfig {
  /** Connector id in `[a-z0-9-]`; made from the folder name when absent, unique by `-2`… */
  readonly id: string;
  /** Absolute, symbolic links resolved when the folder exists. A missing folder is no problem here. */
  readonly path: string;
  /** Globs relative to the root; empty means everything. From a connector of type filesystem. */
  readonly include: readonly string[];
  /** Globs relative to the root, taken away from what `include` left. */
  readonly exclude: readonly string[];
}

/** One pair of path prefixes: how clients see a folder, and where it is here. */
export interface PathAlias {
  readonly client: string;
  readonly server: string;
}

export interface AuthConfig {
  readonly mode: 'off' | 'keys' | 'oauth';
  readonly keysFile: string | null;
  readonly issuer: string | null;
  readonly audience: string | null;
  readonly jwksUrl: string | null;
  /** Needed to listen on an address that is not loopback with `mode: off`. */
  readonly allowUnauthenticated: boolean;
}

/** A connector that the operator declared, as written; its room checks it by type. */
export interface ConnectorEntry {
  readonly id?: string;
  readonly type: string;
  readonly name: string;
  readonly [key: string]: unknown;
}

/** The same with an id, given or made from the name. */
export interface NamedConnector extends ConnectorEntry {
  readonly id: string;
}

export interface Config {
  readonly server: {
    readonly host: string;
    readonly port: number;
    /** Host names accepted besides loopback names and IP literals. */
    readonly allowedHosts: readonly string[];
    /** Addresses and networks whose X-Forwarded-For counts. */
    readonly trustedProxies: readonly string[];
    /** Absolute files in PEM, or null for plain HTTP. */
    readonly tls: { readonly certFile: string; readonly keyFile: string } | null;
  };
  readonly database: { readonly path: string };
  readonly indexer: {
    /** `indexer.root_path` and the connectors of type filesystem, in that order; never empty, ids unique. */
    readonly roots: readonly RootConfig[];
    readonly maxFileBytes: number;
    /** Analyse threads; 0 means one for each core. */
    readonly workers: number;
    /** 0 means from the cgroup or the machine. */
    readonly memoryLimitMb: number;
    /** Globs of paths that are indexed although they look like secrets. */
    readonly allowSensitive: readonly string[];
  };
  readonly logging: {
    readonly level: 'debug' | 'info' | 'warn' | 'error';
    readonly format: 'json' | 'text';
  };
  readonly auth: AuthConfig;
  readonly cors: { readonly allowedOrigins: readonly string[] };
  readonly rateLimit: {
    readonly enabled: boolean;
    readonly requestsPerMinute: number;
    /** Requests of one caller under way; holds also when `enabled` is false. */
    readonly maxConcurrent: number;
  };
  readonly observability: {
    readonly metrics: { readonly enabled: boolean };
    readonly tracing: {
      readonly enabled: boolean;
      readonly endpoint: string;
      /** 0 to 1. */
      readonly sampleRate: number;
    };
  };
  readonly pathAliases: readonly PathAlias[];
  readonly toolNames: 'dot' | 'underscore';
  /** Every declared connector but those of type filesystem, which are roots; ids unique with theirs. */
  readonly connectors: readonly NamedConnector[];
  /** Absolute folders that a connector added over MCP may name besides the roots. */
  readonly connectorAllowedPaths: readonly string[];
  /** Hosts inside the network that connectors may reach. */
  readonly connectorAllowedHosts: readonly string[];
  readonly secrets: {
    /** Absolute folder whose files may be named by `token_file` over MCP, besides `/run/secrets`. */
    readonly dir: string | null;
  };
}
