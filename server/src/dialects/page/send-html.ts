import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { HtmlAnswer } from './document.tsx'

const pack = promisify(gzip)

/**
 * Sends a page, compressed to whoever takes that, so that it arrives in one flight of packets. Its
 * length tells nobody the token of the form: no stranger can choose what else stands in a page.
 */
export async function sendHtml(
  request: FastifyRequest,
  reply: FastifyReply,
  { status, headers, html }: HtmlAnswer,
): Promise<FastifyReply> {
  reply.status(status).headers(headers).header('vary', 'accept-language, accept-encoding')
  if (!/\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) return reply.send(html)
  return reply.header('content-encoding', 'gzip').send(await pack(html))
}
