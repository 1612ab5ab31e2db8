import { eventSorts } from '@obole/contract/events.js'
import { type OpenApiOptions, openApi } from '@obole/contract/openapi.js'
import type { Operation } from '@obole/contract/operation.js'
import { stanOperations } from '@obole/contract/stan/all.js'
import { ErrorOut as StanErrorOut, statusOf } from '@obole/contract/stan/errors.js'
import { v1Operations } from '@obole/contract/v1/all.js'
import { ErrorOut as V1ErrorOut } from '@obole/contract/v1/errors.js'
import { v2Operations } from '@obole/contract/v2/all.js'
import { ErrorOut, InvalidOut } from '@obole/contract/v2/errors.js'

export const apis = ['v2', 'v1', 'stan'] as const
export type Api = (typeof apis)[number]

const keys = `
**Keys.** A secret key (\`stest_…\` in test mode, \`sprod_…\` in live mode) is sent with every
call: as the user name of Basic authentication with an empty password, or as a Bearer token. Public
keys (\`ptest_…\`, \`pprod_…\`) stand in addresses of the payment page and open nothing here. What
was made in one mode does not exist in the other.

**Amounts** are whole numbers in the smallest unit of the currency: \`1250\` with \`eur\` is
12.50 €.

**Instants** are seconds since 1970, in UTC.

**Retries.** A call that changes something takes an \`Idempotency-Key\` of yours. Sent again with
the same key and the same bytes it is answered as the first time, and done once.
`

interface Says extends Omit<OpenApiOptions, 'servers' | 'description'> {
  operations: readonly Operation[]
  words: string
}

const says: Record<Api, Says> = {
  v2: {
    title: 'Obole API, version 2',
    version: '2.0.0',
    operations: v2Operations,
    messages: eventSorts,
    errors: { error: ErrorOut, invalid: InvalidOut },
    words: `${keys}
**Refusals** are \`{"error": "…"}\`. A request that does not fit its schema is answered 422 with
every fault and its place: \`{"detail": [{"loc": ["body", "amount"], "msg": "…", "type": "…"}]}\`.
Members of a body that are not named here are refused. Every answer carries a \`request-id\`, which
is in the log too.

A bank's no is not an error: the payment is made, and its \`status\` and \`response\` say what the
bank said.`,
  },
  v1: {
    title: 'Obole API, version 1',
    version: '1.0.0',
    operations: v1Operations,
    errors: { error: V1ErrorOut, invalid: V1ErrorOut },
    words: `${keys}
**Refusals** are \`{"error": {"type": "…", "message": …}}\`, whatever their status. Members of a
body that are not named here are ignored. Addresses are taken with and without a slash at their end.
Objects are those of version 2.`,
  },
  stan: {
    title: 'Obole API, Stan',
    version: '1.0.0',
    operations: stanOperations,
    errors: { error: StanErrorOut, invalid: StanErrorOut },
    statusOf,
    schemes: {
      Basic: {
        type: 'http',
        scheme: 'basic',
        description: 'The client id as the user, the client secret as the password',
      },
    },
    words: `
**Credentials** are a client id and a client secret, sent with every call by Basic authentication.
They are those of one mode, test or live; what was made in one does not exist in the other.

**Amounts** are whole numbers of cents. **Instants** are RFC 3339, in UTC. **Ids** are UUIDs.

**Refusals** are \`{"error": "…", "error_description": "…"}\`, whatever their status. Members of a
body that are not named here are ignored, and null is the same as nothing.

Behind each payment and refund stands one of version 2, where it can be read and refunded too.`,
  },
}

/** Stands where the origin comes, until a request tells it. */
const placeholder = 'https://origin.invalid'

function build(api: Api): string {
  const { operations, words, ...options } = says[api]
  const description = words.trim()
  return JSON.stringify(
    openApi(operations, { ...options, description, servers: [{ url: placeholder }] }),
  )
}

const built = new Map<Api, string>()

/**
 * The OpenAPI document of an API as JSON, with this origin as its server. Built when first asked
 * for.
 */
export function documentOf(api: Api, origin: string): string {
  const text = built.get(api) ?? build(api)
  built.set(api, text)
  return text.replace(JSON.stringify(placeholder), () => JSON.stringify(origin))
}
