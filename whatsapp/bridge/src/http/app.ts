/** The HTTP API: who may call, one error shape, and the routes. Listening is main's business. */
import { createHash, timingSafeEqual } from 'node:crypto'
import swagger from '@fastify/swagger'
import fastify, { type FastifyError, type FastifyInstance } from 'fastify'
import type { Db } from '../db.js'
import { AccountClosed, Fenced, notConnected, Refusal, StoreFailure } from '../errors.js'
import type { Leases } from '../leases.js'
import { errorForLog, type Log } from '../log.js'
import type { MediaRows } from '../media/rows.js'
import type { Metrics } from '../metrics.js'
import type { Manager } from '../session/manager.js'
import { addMediaRoutes } from './media-routes.js'
import { DOCUMENT } from './openapi.js'
import { addRoutes } from './routes.js'

export interface AppDeps {
  bridgeId: string
  token: string
  db: Db
  leases: Leases
  manager: Manager
  media: MediaRows
  metrics: Metrics
  log: Log
}

export function buildApp(deps: AppDeps): FastifyInstance {
  const app = fastify({
    bodyLimit: 512 * 1024,
    // A command may wait for the server's word and for typing; nothing waits longer.
    requestTimeout: 60_000,
    forceCloseConnections: true,
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, strictTypes: false } },
  })
  const expected = digest(`Bearer ${deps.token}`)
  app.addHook('onRequest', async (request, reply) => {
    if (request.routeOptions.config.open) return
    // Digests have one length, so the comparison takes the same time for every token.
    if (!timingSafeEqual(digest(request.headers.authorization ?? ''), expected)) {
      await reply.code(401).send({ error: 'A valid bearer token is needed.', code: 'unauthorized' })
    }
  })
  app.setNotFoundHandler(async (_request, reply) => {
    await reply.code(404).send({ error: 'There is no such route.', code: 'not_found' })
  })
  app.setErrorHandler(async (error: FastifyError, request, reply) => {
    const refusal = toRefusal(error)
    if (refusal) {
      const { status, code, message, fields } = refusal
      return reply.code(status).send({ error: message, code, ...fields })
    }
    if (error.statusCode && error.statusCode < 500) {
      // ajv's sentence names the field and the rule, never the value.
      return reply.code(error.statusCode).send({ error: error.message, code: 'invalid' })
    }
    deps.log.error({ event: 'http.failed', route: request.routeOptions.url, ...errorForLog(error) })
    return reply.code(500).send({ error: 'The bridge failed; see its log.', code: 'internal' })
  })
  void app.register(swagger, { openapi: DOCUMENT })
  // A plugin of its own: the document is made of what is added after swagger is there.
  void app.register(async (routes) => {
    addRoutes(routes, deps)
    addMediaRoutes(routes, deps)
  })
  return app
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Needs no token. */
    open?: boolean
  }
}

function toRefusal(error: Error): Refusal | undefined {
  if (error instanceof Refusal) return error
  if (error instanceof Fenced || error instanceof AccountClosed) return notConnected()
  const isDatabase =
    error instanceof StoreFailure ||
    /^(ECONN|57P|08)/.test(String((error as { code?: unknown }).code))
  if (isDatabase || /timeout|terminated/i.test(error.message)) {
    return new Refusal(503, 'store_unavailable', 'The database does not answer; try again.')
  }
  return undefined
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
