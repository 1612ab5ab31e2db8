/**
 * A process that claims each folder that it is told, says what it became, and lets go when told.
 */
import { claimDataFolder, type Guest, type Owner } from '../../src/platform/data-folder.ts'

let claim: Owner | Guest | undefined

process.on('message', async (message: { claim?: string; release?: boolean }) => {
  if (message.claim) {
    claim = await claimDataFolder(message.claim)
    process.send?.({ role: claim.role })
  }
  if (message.release) {
    if (claim?.role === 'owner') await claim.release()
    process.send?.({ released: true })
  }
})
process.on('disconnect', () => process.exit())
