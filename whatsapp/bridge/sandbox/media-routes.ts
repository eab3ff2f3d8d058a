/** WhatsApp's media host: GET of a sealed file, POST of a new one. Same port as everything else here. */
import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { Input } from './input.js'
import type { World } from './world.js'

const MAX_UPLOAD_BYTES = 64 * 1024 * 1024
const CHUNK = Buffer.alloc(64 * 1024)

export function mediaRoutes(app: FastifyInstance, world: World): void {
  app.addContentTypeParser(
    'application/octet-stream',
    { parseAs: 'buffer', bodyLimit: MAX_UPLOAD_BYTES },
    (_request, body, done) => done(null, body),
  )

  app.get('/v/*', async (request, reply) => {
    const found = world.media.fetch(request.url)
    if (!found || found.fault === 'missing') return reply.code(404).send({ error: 'no such file' })
    const { sealed, fault } = found
    switch (fault) {
      case 'gone':
      case 'lost':
        return reply.code(410).send({ error: 'the file is gone' })
      case 'truncated':
        return cutOff(reply, sealed)
      case 'damaged': {
        const bad = Buffer.from(sealed)
        bad[0] = (bad[0] ?? 0) ^ 0xff
        return octets(reply).send(bad)
      }
      case 'endless':
        return octets(reply).send(Readable.from(endless()))
      case 'slow':
        // Headers and the first bytes, then silence.
        return octets(reply).send(Readable.from(silent(sealed.subarray(0, 16))))
      default:
        return octets(reply).send(sealed)
    }
  })

  app.post<{
    Params: { kind: string; hash: string }
    Querystring: { auth?: string; token?: string }
  }>('/mms/:kind/:hash', { bodyLimit: MAX_UPLOAD_BYTES }, async (request, reply) => {
    const query = new Input(request.query)
    const path =
      request.body instanceof Buffer && query.optionalText('token') === request.params.hash
        ? world.media.accept(query.optionalText('auth') ?? '', request.params.hash, request.body)
        : undefined
    if (!path) return reply.code(401).send({ error: 'bad token or hash' })
    return { url: `https://mmg.whatsapp.net${path}`, direct_path: path }
  })
}

const octets = (reply: FastifyReply): FastifyReply => reply.type('application/octet-stream')

/** A full Content-Length, half of the bytes, then the end of the line. */
function cutOff(reply: FastifyReply, sealed: Buffer): FastifyReply {
  reply.hijack()
  const { socket } = reply.raw
  reply.raw.writeHead(200, { 'content-length': sealed.length })
  reply.raw.write(sealed.subarray(0, sealed.length >> 1), () => socket?.destroy())
  return reply
}

async function* endless(): AsyncGenerator<Buffer> {
  for (;;) yield CHUNK
}

async function* silent(first: Buffer): AsyncGenerator<Buffer> {
  yield first
  await new Promise(() => {})
}
