/** Rings in this process when there is something new, for those who would have to look again. */
export class Bell {
  readonly #listeners = new Set<(accounts: ReadonlySet<string>) => void>()

  /** Calls the listener with the accounts that are concerned. Answers how to end that. */
  listen(listener: (accounts: ReadonlySet<string>) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  ring(accounts: Iterable<string>): void {
    if (!this.#listeners.size) return
    const all = new Set(accounts)
    for (const listener of this.#listeners) listener(all)
  }
}
