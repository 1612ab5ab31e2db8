import { createRequire } from 'node:module'
import type { ToldEvent } from '../../events/store.ts'
import { unixSeconds } from '../../kernel/time.ts'
import type { Errand, Letter, Postman } from '../../webhooks/postman.ts'
import { stancerSignature, standardHeaders } from '../../webhooks/sign.ts'

const { version } = createRequire(import.meta.url)('../../../../package.json') as {
  version: string
}

/** The body that is signed: the same bytes whenever this event is told. */
const bodyOf = ({ id, type, created, object_id, data }: ToldEvent): string => {
  const head = JSON.stringify({ id, type, created: unixSeconds(created) })
  return `${head.slice(0, -1)},"data":${data ?? JSON.stringify({ id: object_id })}}`
}

/** A signed POST of `{id, type, created, data}`. */
export function v2Letter({ keys, event, url, at }: Omit<Errand, 'endpoint'>): Letter {
  const [body, t] = [bodyOf(event), unixSeconds(at)]
  const secrets = keys.secrets.map((it) => it.reveal())
  const seed = keys.seed?.reveal()
  const signed = { id: event.id, secrets, body, t, ...(seed && { ed25519_seed: seed }) }
  const headers = {
    'content-type': 'application/json',
    'user-agent': `Obole/${version}`,
    'stancer-signature': stancerSignature(secrets, body, t),
    ...standardHeaders(signed),
  }
  return { method: 'POST', url, headers, body }
}

/** Tells as version 2 does. Any 2xx takes it; to be sent elsewhere is no answer. */
export const v2Postman: Postman = {
  request: async (errand) => v2Letter(errand),
  isAccepted: ({ status }) => status >= 200 && status < 300,
}
