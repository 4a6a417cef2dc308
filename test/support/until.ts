/** Waits for a state instead of for a time. */
import { setImmediate } from 'node:timers/promises';

/** Resolves once the condition holds; fails after `limitMs` with the condition's source. */
export async function until(condition: () => boolean, limitMs = 5000): Promise<void> {
  const endMs = performance.now() + limitMs;
  while (!condition()) {
    if (performance.now() > endMs) throw new Error(`never true: ${condition.toString()}`);
    await setImmediate();
  }
}
