/** The routes, each with its schema: doors that parse, call and answer. */
import type { FastifyInstance } from 'fastify'
import { notConnected, otherOwner } from '../errors.js'
import type { SendCommand } from '../session/sender.js'
import type { Session } from '../session/session.js'
import type { AppDeps } from './app.js'
import * as schemas from './schemas.js'

const STOPS = {
  stop: 'Close the socket; the credentials stay',
  logout: 'Unlink the device and forget its credentials',
} as const

interface ById {
  Params: { id: string }
}

export function addRoutes(app: FastifyInstance, deps: AppDeps): void {
  const { manager, leases, db, bridgeId, metrics } = deps
  const errors = { '4xx': schemas.error, '5xx': schemas.error }

  /** The session when it is driven here; a command for another bridge's session learns where to go. */
  const here = async (id: string): Promise<Session> => {
    const session = manager.get(id)
    if (session?.driven) return session
    const owner = await leases.otherOwner(id)
    throw owner ? otherOwner(owner) : notConnected()
  }

  app.get(
    '/healthz',
    {
      config: { open: true },
      schema: {
        summary: 'Alive, and its database answers',
        security: [],
        response: { 200: schemas.health, ...errors },
      },
    },
    async () => {
      await db.query('select 1')
      return { id: bridgeId, sessions: manager.count, database: true }
    },
  )

  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) =>
    reply.type('text/plain; version=0.0.4').send(metrics.text(manager.states)),
  )

  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger())

  app.get<ById>(
    '/sessions/:id',
    {
      schema: {
        summary: 'What a session does now',
        params: schemas.params,
        response: { 200: schemas.session, ...errors },
      },
    },
    async ({ params: { id } }) => {
      const session = manager.get(id)
      if (!session?.driven) {
        const owner = await leases.otherOwner(id)
        if (owner) throw otherOwner(owner)
      }
      return {
        session_id: Number(id),
        state: session?.state ?? 'idle',
        phone: session?.phone ?? null,
        owner: session?.driven ? bridgeId : null,
      }
    },
  )

  app.post<ById & { Body: { mode: 'qr' | 'code' | 'resume'; phone?: string } }>(
    '/sessions/:id/start',
    {
      schema: {
        summary: 'Begin a pairing by QR or code, or resume; the current code is told again',
        params: schemas.params,
        body: schemas.startBody,
        response: { 202: schemas.stateAnswer, ...errors },
      },
    },
    async ({ params: { id }, body: { mode, phone } }, reply) => {
      const state = await manager.ensure(id).start(mode, phone)
      return reply.code(202).send({ state })
    },
  )

  for (const kind of ['stop', 'logout'] as const) {
    app.post<ById>(
      `/sessions/:id/${kind}`,
      {
        schema: {
          summary: STOPS[kind],
          params: schemas.params,
          response: { 200: schemas.stateAnswer, ...errors },
        },
      },
      async ({ params: { id } }) => ({ state: await manager.ensure(id).stop(kind) }),
    )
  }

  app.post<ById & { Body: SendCommand }>(
    '/sessions/:id/messages',
    {
      bodyLimit: schemas.MAX_SEND_BYTES,
      schema: {
        summary: 'Send one message; a repeated key is the same message',
        params: schemas.params,
        body: schemas.sendBody,
        response: { 200: schemas.sendAnswer, ...errors },
      },
    },
    async ({ params: { id }, body }) => (await here(id)).send(body),
  )

  app.post<ById & { Body: { url: string | null } }>(
    '/sessions/:id/proxy',
    {
      schema: {
        summary: 'The session gets a way out of its own, or none; it is never told again',
        params: schemas.params,
        body: schemas.proxyBody,
        response: { 200: schemas.okAnswer, ...errors },
      },
    },
    async ({ params: { id }, body: { url } }) => {
      const owner = manager.get(id)?.driven ? undefined : await leases.otherOwner(id)
      if (owner) throw otherOwner(owner)
      await manager.ensure(id).setProxy(url)
      return { status: 'ok' }
    },
  )
}
