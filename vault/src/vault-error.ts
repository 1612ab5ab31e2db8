/** What went wrong in the vault. `tampered` also covers a value that belongs to another record. */
export type VaultProblem = 'tampered' | 'unknown_key' | 'malformed' | 'bad_master_key'

/**
 * The one error of this package. Its message never holds a number, a code or a key, and it has no
 * cause.
 */
export class VaultError extends Error {
  override readonly name = 'VaultError'
  readonly code: VaultProblem
  constructor(code: VaultProblem, message: string) {
    super(message)
    this.code = code
  }
}
