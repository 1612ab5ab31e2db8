import { createHash } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { originsOf } from '../../platform/origins.ts'
import type { Services } from '../operation-route.ts'
import { assetOf, packageVersion } from './assets.ts'
import { apis, documentOf } from './document.ts'
import { addresses, pageOf, script, style } from './reader.ts'

/** Named after what is in the files, so that a browser may keep them for good. */
const release = createHash('sha256')
  .update(packageVersion + script + style)
  .digest('hex')
  .slice(0, 12)

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

async function sendAsset(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { name = '' } = request.params as { name?: string }
  const asset = assetOf(name)
  if (!asset) {
    reply.callNotFound()
    return reply
  }
  const packed = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '')
  if (packed) reply.header('content-encoding', 'gzip')
  return reply
    .type(asset.type)
    .header('cache-control', 'public, max-age=31536000, immutable')
    .header('vary', 'accept-encoding')
    .send(await (packed ? asset.gzipped() : asset.plain()))
}

/**
 * Adds the OpenAPI documents, and a page to read and try them, which asks nobody else for anything.
 * Open to everyone: they say what the program can do, and nothing of those who use it.
 */
export function mountReference(app: FastifyInstance, services: Services): void {
  for (const api of apis) {
    const { page, document } = addresses[api]
    app.get(document, async (request, reply) =>
      reply
        .type('application/json; charset=utf-8')
        .header('access-control-allow-origin', '*')
        .send(documentOf(api, originsOf(services.origins, request).api)),
    )
    app.get(page, async (_request, reply) =>
      reply
        .type('text/html; charset=utf-8')
        .header('content-security-policy', policy)
        .send(pageOf(api, `/docs/files/${release}`)),
    )
  }
  app.get('/docs/files/:release/:name', sendAsset)
}
