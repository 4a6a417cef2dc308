/**
 * Which jobs a caller sees, and how much of them. Whoever may see every connector sees everything. Others
 * see the jobs that touch a connector of theirs, without the names of the other connectors; what such a
 * job says in words (its last error, what it found out) may speak of those and is left out then.
 */
import type { Job } from '../jobs/job-queue.ts';
import type { StatusError } from '../model/status.ts';

/** Connector ids that the caller may see; undefined means all. */
export type Allowed = readonly string[] | undefined;

/** True when every connector of the job is the caller's, so that it may read all of it and stop it. */
export function ownsJob(job: Job, allowed: Allowed): boolean {
  if (allowed === undefined) return true;
  return job.connectors.length > 0 && job.connectors.every((id) => allowed.includes(id));
}

/** True when the job touches a connector of the caller's. */
export function seesJob(job: Job, allowed: Allowed): boolean {
  return allowed === undefined || job.connectors.some((id) => allowed.includes(id));
}

/** Gives the job as the caller may see it, or undefined. */
export function toVisibleJob(job: Job, allowed: Allowed): Job | undefined {
  if (allowed === undefined || ownsJob(job, allowed)) return job;
  if (!seesJob(job, allowed)) return undefined;
  const connectors = job.connectors.filter((id) => allowed.includes(id));
  return { ...job, connectors, lastError: toBareError(job.lastError) };
}

/** The code alone: message and path may name what the caller must not see. */
function toBareError(error: StatusError | null): StatusError | null {
  return error === null
    ? null
    : { code: error.code, message: 'The log of the server has the details.' };
}
