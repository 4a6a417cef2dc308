/** The error that something ends with, for tests that look at more than its code. */

export interface Failure {
  readonly code?: string;
  readonly message: string;
}

/** Gives what was thrown; something without a code when nothing was. */
export async function failureOf(running: Promise<unknown>): Promise<Failure> {
  try {
    await running;
  } catch (error) {
    return error as Failure;
  }
  return { message: 'nothing went wrong' };
}
