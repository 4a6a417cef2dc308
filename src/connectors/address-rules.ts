/**
 * Which addresses a connector may reach. What a connector is told to fetch comes from people over MCP and from
 * services (links, redirects), so nothing inside the operator's network may be reached through it: loopback,
 * private and link-local ranges, the metadata services of clouds, and everything else that is no public address.
 *
 * The operator's list makes exceptions: a host name (`git.example.com`), a name with everything below it
 * (`*.corp.example`), an address, or a network (`10.0.0.0/8`). With a port behind it (`localhost:8081`) only that port.
 */
import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { AppError } from '../errors/app-error.ts';

/** Not public, by the registries of special-purpose addresses (RFC 6890 and its successors). */
const INNER_NETWORKS: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  ['::', 128],
  ['::1', 128],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
  ['5f00::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
];

/** What is asked for. */
export interface Destination {
  /** As in the address of the request: a name, or an IP address without brackets. */
  readonly host: string;
  readonly port: number;
}

export interface AddressRules {
  /** True when the name itself stands in the operator's list; its addresses are then not looked at. */
  allowsHost(destination: Destination): boolean;
  /** True when this address may be connected to. */
  allowsAddress(address: string, port: number): boolean;
}

/** Reads the operator's list. An entry that is neither name, address nor network allows nothing. */
export function createAddressRules(allowed: readonly string[]): AddressRules {
  const inner = toBlockList(INNER_NETWORKS);
  const entries = allowed.map(parseEntry);
  return {
    allowsHost: ({ host, port }) =>
      entries.some(
        (entry) => fitsPort(entry, port) && entry.fitsName(host.toLowerCase().replace(/\.$/, '')),
      ),
    allowsAddress: (address, port) => {
      const plain = toPlainAddress(address);
      if (isIP(plain) === 0) return false;
      if (!contains(inner, plain)) return true;
      return entries.some((entry) => fitsPort(entry, port) && entry.fitsAddress(plain));
    },
  };
}

/** The error for a destination that no rule allows. */
export function refuseAddress(host: string): AppError {
  return new AppError(
    'CONNECTOR_ADDRESS_REFUSED',
    `${host} is an address inside this network, which connectors may not reach. The operator can allow it with connectors.allowed_hosts.`,
  );
}

/**
 * Gives the address to connect to for a host, so that a program that is told it resolves nothing itself. Errors:
 * `CONNECTOR_ADDRESS_REFUSED`, `CONNECTOR_UNREACHABLE`.
 */
export async function resolveAllowed(
  rules: AddressRules,
  { host, port }: Destination,
): Promise<string> {
  const addresses = await lookup(host, { all: true }).catch((error: unknown) => {
    throw new AppError(
      'CONNECTOR_UNREACHABLE',
      `The name ${host} cannot be resolved. Check the address of the connector.`,
      { cause: error },
    );
  });
  const isNamed = rules.allowsHost({ host, port });
  const fitting = addresses.find(({ address }) => isNamed || rules.allowsAddress(address, port));
  if (fitting === undefined) throw refuseAddress(host);
  return fitting.address;
}

interface Entry {
  readonly port: number | undefined;
  fitsName(host: string): boolean;
  fitsAddress(address: string): boolean;
}

function fitsPort(entry: Entry, port: number): boolean {
  return entry.port === undefined || entry.port === port;
}

function parseEntry(text: string): Entry {
  const entry = text.trim().toLowerCase();
  const bracketed = /^\[([^\]]+)\](?::(\d+))?$/.exec(entry);
  const named = /^([^:/]+):(\d+)$/.exec(entry);
  const [, host = entry, portText] = bracketed ?? named ?? [];
  const port = portText === undefined ? undefined : Number(portText);
  const [address = '', bits] = host.split('/');
  const family = isIP(address);
  if (family !== 0) {
    const width = bits === undefined ? (family === 4 ? 32 : 128) : Number(bits);
    const list = toBlockList([[address, width]]);
    return { port, fitsName: () => false, fitsAddress: (other) => contains(list, other) };
  }
  const fitsName = host.startsWith('*.')
    ? (name: string): boolean => name.endsWith(host.slice(1))
    : (name: string): boolean => name === host;
  return { port, fitsName, fitsAddress: () => false };
}

function toBlockList(networks: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList();
  for (const [address, bits] of networks) {
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (bits >= 0 && bits <= (family === 'ipv4' ? 32 : 128)) list.addSubnet(address, bits, family);
  }
  return list;
}

function contains(list: BlockList, address: string): boolean {
  return list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/** An IPv4 address in the clothes of IPv6 is judged as what it is; a zone (`%eth0`) falls away. */
function toPlainAddress(address: string): string {
  const bare = address.replace(/%.*$/, '');
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1];
  if (mapped !== undefined) return mapped;
  const hex = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i.exec(bare);
  if (hex === null) return bare;
  const [high, low] = [Number.parseInt(hex[1] ?? '', 16), Number.parseInt(hex[2] ?? '', 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}
