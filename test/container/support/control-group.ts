/** What the kernel counts of a container's memory, in either version of control groups. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Folders of a container's control group, in the layouts that engines make. */
function findFolder(id: string): string | null {
  const folders = [
    `/sys/fs/cgroup/memory/docker/${id}`,
    `/sys/fs/cgroup/docker/${id}`,
    `/sys/fs/cgroup/system.slice/docker-${id}.scope`,
  ];
  return folders.find((folder) => existsSync(folder)) ?? null;
}

/** Highest memory so far in bytes, page cache included; 0 in an unknown layout. */
export function readPeakBytes(id: string): number {
  const folder = findFolder(id);
  const files = ['memory.max_usage_in_bytes', 'memory.peak'].map((name) =>
    join(folder ?? '', name),
  );
  const file = files.find((path) => folder !== null && existsSync(path));
  return file === undefined ? 0 : Number(readFileSync(file, 'utf8'));
}

/** Memory in bytes that the processes hold at this moment, page cache left out; 0 in an unknown layout. */
export function readHeldBytes(id: string): number {
  const folder = findFolder(id);
  if (folder === null) return 0;
  const stat = readFileSync(join(folder, 'memory.stat'), 'utf8');
  return Number(/^(?:total_rss|anon) (\d+)$/m.exec(stat)?.[1] ?? 0);
}
