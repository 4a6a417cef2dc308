/** Keeps the best of many candidates: a binary heap with the worst on top. Ties go to the earlier one. */
export class TopList<T> {
  readonly #limit: number;
  readonly #items: { readonly score: number; readonly order: number; readonly value: T }[] = [];
  #order = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** A candidate at or below this score has no chance. */
  get threshold(): number {
    return this.#items.length < this.#limit ? -Infinity : (this.#items[0]?.score ?? -Infinity);
  }

  add(score: number, value: T): void {
    if (score <= this.threshold) return;
    const items = this.#items;
    if (items.length === this.#limit) {
      items[0] = { score, order: this.#order++, value };
      this.#sink();
      return;
    }
    items.push({ score, order: this.#order++, value });
    this.#rise();
  }

  /** The kept candidates, best first. */
  list(): T[] {
    return this.#items
      .toSorted((left, right) => right.score - left.score || left.order - right.order)
      .map(({ value }) => value);
  }

  #rise(): void {
    const items = this.#items;
    for (let index = items.length - 1; index > 0;) {
      const parent = (index - 1) >> 1;
      if (!this.#isWorse(index, parent)) return;
      this.#swap(index, parent);
      index = parent;
    }
  }

  #sink(): void {
    const items = this.#items;
    for (let index = 0; ;) {
      let worst = index;
      for (const child of [2 * index + 1, 2 * index + 2]) {
        if (child < items.length && this.#isWorse(child, worst)) worst = child;
      }
      if (worst === index) return;
      this.#swap(index, worst);
      index = worst;
    }
  }

  #isWorse(left: number, right: number): boolean {
    const a = this.#items[left] as { score: number; order: number };
    const b = this.#items[right] as { score: number; order: number };
    return a.score < b.score || (a.score === b.score && a.order > b.order);
  }

  #swap(left: number, right: number): void {
    const items = this.#items;
    const kept = items[left] as (typeof items)[number];
    items[left] = items[right] as (typeof items)[number];
    items[right] = kept;
  }
}
