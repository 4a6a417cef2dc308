/**
 * Whether a folder's file system tells this machine about changes. Network, FUSE and virtual machine
 * shares deliver only the changes made through this very mount: an edit on the host of a container or by
 * another client makes no event, so such folders are polled.
 */
import { statfs } from 'node:fs/promises';

/** The `f_type` numbers of Linux (statfs(2)) whose changes come from elsewhere. */
const REMOTE_TYPES: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'SMB'],
  [0xfe534d42, 'SMB'],
  [0x65735546, 'FUSE or virtiofs'],
  [0x01021997, '9p'],
  [0x00c36400, 'Ceph'],
  [0x5346414f, 'AFS'],
  [0x73757245, 'Coda'],
  [0x0bd00bd0, 'Lustre'],
  [0x47504653, 'GPFS'],
  [0x01161970, 'GFS2'],
  [0x7461636f, 'OCFS2'],
  [0x786f4256, 'VirtualBox share'],
  [0xbacbacbc, 'VMware share'],
  [0x7c7c6673, 'Parallels share'],
]);

/** Names the file system when its changes do not arrive as events; null when they do. */
export function findRemoteType(typeNumber: number): string | null {
  return REMOTE_TYPES.get(typeNumber >>> 0) ?? null;
}

/** Asks the system for the folder's file system. Rejects as statfs does when the folder is missing. */
export async function findRemoteFileSystem(folder: string): Promise<string | null> {
  if (process.platform !== 'linux') return null;
  return findRemoteType((await statfs(folder)).type);
}
