/** What a process that is going to be killed tells of its work. */
export type Told = Written | Moved

/** A row that was written, as its caller was told. */
export interface Written {
  id: string
  version: number
  status: string | null
}

/** A clock that is on its way to an instant, or was brought there. */
export type Moved = { account: string } & ({ leaves_for: number } | { arrived: number })
