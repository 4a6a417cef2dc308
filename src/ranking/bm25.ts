/**
 * BM25 with per-term weights. Source: Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25
 * and Beyond" (2009); the inverse document frequency is the variant that never gets negative.
 */

/** Saturation of term frequency and share of length normalisation. Flat within 2 points from 0.6 to 3 and 0.3 to 0.9. */
export const K1 = 1.2;
export const B = 0.75;

/** How rare a term is: `total` items, `frequency` of them hold it. */
export function toIdf(total: number, frequency: number): number {
  return Math.log(1 + (total - frequency + 0.5) / (frequency + 0.5));
}

/** The share of a term's weight that an item earns: 0 to K1 + 1. */
export function saturate(termFrequency: number, lengthRatio: number): number {
  return (termFrequency * (K1 + 1)) / (termFrequency + K1 * (1 - B + B * lengthRatio));
}
