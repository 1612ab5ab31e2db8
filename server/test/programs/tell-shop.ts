/**
 * A process that writes and delivers what it writes to a shop, until it is killed. It tells each
 * write that was acknowledged.
 */
import { startDeliveries } from '../../src/app/deliver.ts'
import { openServices } from '../../src/app/open-services.ts'
import { createCustomer } from '../../src/customers/create-customer.ts'
import { updateCustomer } from '../../src/customers/update-customer.ts'
import { contextOf } from '../../src/dialects/operation-route.ts'
import { Secret } from '../../src/kernel/secret.ts'
import { createWebhookEndpoint } from '../../src/webhooks/create-webhook-endpoint.ts'
import { findEndpoints } from '../../src/webhooks/store.ts'
import type { Told } from './told.ts'

const [run = '', url = '', data_dir = '', database_url] = process.argv.slice(2)
const services = await openServices(
  {
    data_dir,
    database_url: database_url ? new Secret(database_url) : undefined,
    master_key: undefined,
    log_level: 'error',
  },
  { must_own: true },
)
const ctx = () => contextOf(services, { account: 'acct_told', live: false, request_id: run })
const tell = (it: Told) => process.send?.(it)

if ((await findEndpoints(await ctx())).length === 0) {
  const endpoint = { dialect: 'v2', url, enabled: true, asymmetric: false }
  await createWebhookEndpoint(await ctx(), { ...endpoint, events: ['customer.*'] })
}
startDeliveries(services)

async function write(writer: number): Promise<never> {
  for (let n = 0; ; n++) {
    const email = `${run}-${writer}-${n}@shop.example`
    const { id, version } = await createCustomer(await ctx(), { email, unique: 'triple' })
    tell({ id, version, status: null })
    for (const country of ['FR', 'BE']) {
      const change = { id, fields: { country }, unique_external_id: false }
      const changed = await updateCustomer(await ctx(), change)
      tell({ id, version: changed.version, status: null })
    }
  }
}
await Promise.all(Array.from({ length: 6 }, (_, writer) => write(writer)))
