import { inspect } from 'node:util'

/**
 * A value that must not be printed: logs, errors and JSON show stars. `reveal` is the one way to
 * it.
 */
export class Secret<T> {
  readonly #value: T
  constructor(value: T) {
    this.#value = value
  }
  reveal(): T {
    return this.#value
  }
  toString(): string {
    return '***'
  }
  toJSON(): string {
    return '***'
  }
  [inspect.custom](): string {
    return '***'
  }
}
