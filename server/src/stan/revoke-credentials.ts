import { Refusal } from '../kernel/problem.ts'
import { joined, move } from '../platform/change.ts'
import type { Committer } from '../platform/commit.ts'
import type { Db } from '../platform/db.ts'
import { planEndpointDeletion } from '../webhooks/delete-webhook-endpoint.ts'
import { findEndpoint } from '../webhooks/store.ts'
import { findCredentials, type StanCredentials, stanCredentials } from './store.ts'

/**
 * Ends a pair, named by its client id, and with it the notifications that it asked for. Every
 * process believes it for a second more at most. Ending it again changes nothing. Undefined when
 * there is no such pair. Refuses with conflict when it was changed at the same moment.
 */
export async function revokeCredentials(
  { db, committer, now }: { db: Db; committer: Committer; now: Date },
  id: string,
): Promise<StanCredentials | undefined> {
  const before = await findCredentials(db, id)
  if (!before || before.revoked_at) return before
  const { account, live, webhook_endpoint, legacy_endpoint } = before
  const office = { db, account, live, now, request_id: 'cli' }
  const ends = [webhook_endpoint, legacy_endpoint].map(async (it) => {
    const endpoint = it === null ? undefined : await findEndpoint(office, it)
    return endpoint ? ((await planEndpointDeletion(office, endpoint)).change ?? {}) : {}
  })
  const after: StanCredentials = {
    ...before,
    webhook_endpoint: null,
    legacy_endpoint: null,
    revoked_at: now,
  }
  const part = joined(...(await Promise.all(ends)), {
    move: [move(stanCredentials, before, after)],
  })
  if ((await committer.commit({ account, live, ...part })) !== 'done') throw new Refusal('conflict')
  return after
}
