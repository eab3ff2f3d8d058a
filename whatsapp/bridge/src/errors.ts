/** What can go wrong, as types: the store's failures, and refusals that a caller of the HTTP API sees. */

/** PostgreSQL did not answer as it must; the account that met it is dead and its socket is cut. */
export class StoreFailure extends Error {
  constructor(override readonly cause: unknown) {
    super(`store failed: ${cause instanceof Error ? cause.message : String(cause)}`)
  }
}

/** The lease is no longer ours: nothing was written. */
export class Fenced extends Error {
  constructor() {
    super('another owner holds the lease of this session')
  }
}

/** The account was closed on purpose; late writes of Baileys' timers end here. */
export class AccountClosed extends Error {
  constructor() {
    super('this account is closed')
  }
}

/** A refusal with its HTTP status, stable code, and more fields of the answer. */
export class Refusal extends Error {
  constructor(
    readonly status: 404 | 409 | 422 | 503,
    readonly code: string,
    message: string,
    readonly fields: Readonly<Record<string, unknown>> = {},
  ) {
    super(message)
  }
}

export function notConnected(): Refusal {
  return new Refusal(
    409,
    'not_connected',
    'This session is not connected to WhatsApp here and now.',
  )
}

export function otherOwner(owner: { id: string; url: string | null }): Refusal {
  return new Refusal(409, 'other_owner', 'Another bridge drives this session.', { owner })
}

export function refused(detail: string): Refusal {
  return new Refusal(422, 'refused', 'WhatsApp refused the message.', { detail })
}
