/** The journal: how something that happened becomes a row of bridge.events, and the bell that tells Django to look. */
import http from 'node:http'
import https from 'node:https'
import type { EventKind, Payloads } from './contract.js'
import { errorForLog, type Log } from './log.js'
import type { EventRow } from './store/rows.js'

/** Ids and addresses come from the network and go into an index. */
const ADDRESS_LIMIT = 128
const RING_TIMEOUT_MS = 3_000
const SOON_MS = 500

export function makeEvent<K extends EventKind>(
  kind: K,
  payload: Payloads[K],
  place: { chat?: string; messageId?: string; part?: number } = {},
): EventRow {
  return {
    kind,
    chat: address(place.chat ?? ''),
    messageId: address(place.messageId ?? ''),
    part: place.part ?? 0,
    payload: clean(payload) as object,
  }
}

/** What an index and a look-up key can hold. */
export function address(text: string): string {
  return cleanText(text).slice(0, ADDRESS_LIMIT)
}

/** jsonb takes neither NUL nor half of a surrogate pair; one such letter would stop a chat for ever. */
function clean(value: unknown): unknown {
  if (typeof value === 'string') return cleanText(value)
  if (typeof value === 'number') return Number.isFinite(value) ? value : 0
  if (Array.isArray(value)) return value.map(clean)
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, clean(inner)]))
  }
  return value
}

function cleanText(text: string): string {
  return wellFormed(text.replaceAll('\u0000', ''))
}

// String.prototype.toWellFormed is in Node 20, not yet in TypeScript's ES2022 library.
function wellFormed(text: string): string {
  return text.replace(
    /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
    '\ufffd',
  )
}

/** Rings after new rows: at most one call under way and one waiting; a failed call is forgotten, Django also sweeps. */
export class Bell {
  private ringing = false
  private again = false
  private failing = false
  private soon: NodeJS.Timeout | undefined

  constructor(
    private readonly url: string | undefined,
    private readonly token: string,
    private readonly log: Log,
  ) {}

  readonly ring = (): void => {
    if (!this.url) return
    clearTimeout(this.soon)
    this.soon = undefined
    if (this.ringing) {
      this.again = true
      return
    }
    this.ringing = true
    void this.call(this.url).finally(() => {
      this.ringing = false
      if (this.again) {
        this.again = false
        this.ring()
      }
    })
  }

  /** Within half a second, unless something rings before: then that call tells of it too. */
  readonly ringSoon = (): void => {
    this.soon ??= setTimeout(this.ring, SOON_MS).unref()
  }

  private async call(url: string): Promise<void> {
    try {
      const status = await post(url, this.token)
      if (status < 200 || status > 299) throw new Error(`the bell was answered with ${status}`)
      this.failing = false
    } catch (error) {
      if (!this.failing) this.log.warn({ event: 'bell.failed', ...errorForLog(error) })
      this.failing = true
    }
  }
}

/** Without a body. Not `fetch`, which costs several times as much. */
function post(url: string, token: string): Promise<number> {
  const { request } = url.startsWith('https:') ? https : http
  const headers = { authorization: `Bearer ${token}`, 'content-length': 0 }
  return new Promise((resolve, reject) => {
    const asked = request(url, { method: 'POST', headers }, (response) => {
      response.on('error', reject).on('end', () => resolve(response.statusCode ?? 0))
      response.resume()
    })
    // Nor an AbortSignal, which costs half as much as the call.
    const late = setTimeout(
      () => asked.destroy(new Error('the bell was not answered')),
      RING_TIMEOUT_MS,
    )
    asked
      .on('error', reject)
      .on('close', () => clearTimeout(late))
      .end()
  })
}
