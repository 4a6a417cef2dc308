/** Waits for a state instead of for a time. */
import { setImmediate, setTimeout } from 'node:timers/promises';

/** Resolves once the condition holds; fails after `limitMs` with the condition's source. */
export async function until(condition: () => boolean, limitMs = 5000): Promise<void> {
  const endMs = performance.now() + limitMs;
  while (!condition()) {
    if (performance.now() > endMs) throw new Error(`never true: ${condition.toString()}`);
    await setImmediate();
  }
}

/** The same for a state of another process: asks every 10 ms, so that the other one gets the cores. */
export async function untilElsewhere(condition: () => boolean, limitMs: number): Promise<void> {
  const endMs = performance.now() + limitMs;
  while (!condition()) {
    if (performance.now() > endMs) throw new Error(`never true: ${condition.toString()}`);
    await setTimeout(10);
  }
}
