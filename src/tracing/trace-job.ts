/** A span for each job and, as parts of it, one for each of its phases, so that a trace shows where the time went. */
import { toAppError } from '../errors/app-error.ts';
import type { JobContext } from '../jobs/job-queue.ts';
import type { Span, Tracing } from './tracing.ts';

/** Runs the work of a job within its span; what the work throws passes through. */
export async function traceJob(
  tracing: Tracing,
  context: JobContext,
  work: (context: JobContext) => Promise<void>,
): Promise<void> {
  const { job, signal } = context;
  const fields = { 'conexus.job.id': job.jobId, 'conexus.job.action': job.action };
  const span = tracing.start(`job ${job.action}`, { fields });
  let phase: { readonly name: string; readonly span: Span } | undefined;
  const setPhase: JobContext['setPhase'] = (name) => {
    if (name !== phase?.name) {
      phase?.span.end();
      phase = { name, span: tracing.start(`phase ${name}`, { parent: span }) };
    }
    context.setPhase(name);
  };
  let errorCode: string | undefined;
  try {
    await work({ ...context, setPhase });
  } catch (error) {
    errorCode = signal.aborted ? undefined : toAppError(error).code;
    throw error;
  } finally {
    span.set({ 'conexus.outcome': signal.aborted ? 'canceled' : 'ended' });
    phase?.span.end();
    span.end(errorCode);
  }
}
