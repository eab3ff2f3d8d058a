/** GET of a stored file. Any bridge answers: the file is in PostgreSQL, the key is the same for all. */
import type { FastifyInstance } from 'fastify'
import { Refusal } from '../errors.js'
import type { AppDeps } from './app.js'
import * as schemas from './schemas.js'

export function addMediaRoutes(app: FastifyInstance, { media }: AppDeps): void {
  app.get<{ Params: { id: string; chat: string; message: string } }>(
    '/sessions/:id/media/:chat/:message',
    { schema: { params: schemas.mediaParams, response: { '4xx': schemas.error } } },
    async ({ params: { id, chat, message } }, reply) => {
      const found = await media.read(id, chat, message)
      if (!found) throw new Refusal(404, 'no_media', 'There is no file of such a message.')
      if ('status' in found) {
        const { status, reason } = found
        throw new Refusal(404, `media_${status}`, 'The file of this message is not here.', {
          detail: reason,
        })
      }
      return reply
        .type(found.mime)
        .header('x-content-type-options', 'nosniff')
        .header('x-filename', encodeURIComponent(found.filename))
        .send(found.body)
    },
  )
}
