/** The frame of the OpenAPI document; its routes are those of `routes.ts`, told by the same schemas that check them. */

import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger'

/** Raised when a client must change. */
const API_VERSION = '1'

export const DOCUMENT: NonNullable<FastifyDynamicSwaggerOptions['openapi']> = {
  openapi: '3.1.0',
  info: {
    title: 'WhatsApp bridge',
    description:
      'Sessions and messages of salons. Any bridge may be asked; one that does not drive the session answers 409 `other_owner` with the address of the one that does.',
    version: API_VERSION,
  },
  components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
  security: [{ token: [] }],
}
