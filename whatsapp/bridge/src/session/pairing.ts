/** A pairing under way on an open, unregistered socket: QR texts as they turn, or a code typed on the phone. */
import { randomBytes } from 'node:crypto'
import { type BinaryNode, bytesToCrockford, type WASocket } from 'baileys'
import { makeEvent } from '../events.js'
import type { EventRow } from '../store/rows.js'
import { QR_SECONDS } from './socket.js'
import { refusedVersion } from './states.js'

export type PairingMode = 'qr' | 'code'

const ACCEPT_MS = 10_000
/** `rate-overlimit`: too many codes were asked for lately. The QR still works. */
const RATE_OVERLIMIT = '429'

/** Times are of the monotonic clock, milliseconds. */
export class Pairing {
  private qr: { text: string; until: number; number: number } | undefined
  private code: { code: string; phone: string } | undefined
  /** When the last QR of this connection ends, and with it the connection and the code. */
  private lastsUntil = 0
  private count = 0

  /** `journal` must not throw; `phone` (digits) is needed for mode "code". */
  constructor(
    private mode: PairingMode,
    private phone: string | undefined,
    private readonly journal: (events: EventRow[]) => void,
  ) {}

  get state(): 'starting' | 'qr' | 'pairing_code' {
    if (this.mode === 'code') return this.code ? 'pairing_code' : 'starting'
    return this.qr ? 'qr' : 'starting'
  }

  /** A new QR text is current; the first one also means that a code can be asked for. */
  showQr(sock: WASocket, text: string, refsLeft: number): void {
    const now = performance.now()
    this.count += 1
    this.qr = { text, until: now + QR_SECONDS * 1000, number: this.count }
    this.lastsUntil = now + Math.max(refsLeft, 1) * QR_SECONDS * 1000
    if (this.mode === 'qr') this.tellQr()
    else if (!this.code) this.requestCode(sock)
  }

  /** Asked again while running: tells what is current once more, or changes the way of pairing. */
  again(sock: WASocket | undefined, mode: PairingMode, phone: string | undefined): void {
    const otherPhone = mode === 'code' && phone !== undefined && phone !== this.phone
    this.mode = mode
    if (otherPhone) {
      this.phone = phone
      this.code = undefined
    }
    if (mode === 'qr') this.tellQr()
    else if (this.code) this.tellCode()
    else if (this.qr && sock) this.requestCode(sock)
  }

  /** Events that close this pairing for whoever watches. */
  ended(reason: string): EventRow[] {
    const over = makeEvent('qr_ended', { reason, ...refusedVersion(reason) })
    if (this.mode === 'qr') return [over]
    const message =
      reason === 'expired'
        ? 'The code was not entered in time.'
        : 'The connection to WhatsApp ended before the code was entered.'
    return [makeEvent('pairing_failed', { code: reason, message }), over]
  }

  private tellQr(): void {
    if (!this.qr) return
    const { text, until, number } = this.qr
    const left = secondsUntil(until)
    if (left > 0) this.journal([makeEvent('qr', { qr: text, expires_in: left, number })])
  }

  private tellCode(): void {
    if (!this.code) return
    this.journal([
      makeEvent('pairing_code', { ...this.code, expires_in: secondsUntil(this.lastsUntil) }),
    ])
  }

  private requestCode(sock: WASocket): void {
    const { phone } = this
    if (!phone) return
    const code = bytesToCrockford(randomBytes(5))
    const accepted = waitForAnswer(sock)
    accepted.catch(() => {})
    sock
      .requestPairingCode(phone, code)
      .then(() => accepted)
      .then(
        () => {
          // Another phone may have been asked for meanwhile.
          if (this.phone !== phone) return
          this.code = { code, phone }
          if (this.mode === 'code') this.tellCode()
        },
        (error: Error) => {
          if (this.phone !== phone || this.mode !== 'code') return
          const code = error instanceof RateLimited ? 'rate_limited' : 'refused'
          this.journal([makeEvent('pairing_failed', { code, message: error.message })])
        },
      )
  }
}

class RateLimited extends Error {}

/** Baileys does not wait for the server's answer; a code that was refused must not be shown. */
function waitForAnswer(sock: WASocket): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer)
      sock.ws.off('frame', onFrame)
    }
    const timer = setTimeout(() => {
      stop()
      reject(new Error('WhatsApp did not answer the request for a code.'))
    }, ACCEPT_MS)
    const onFrame = (frame: BinaryNode | Uint8Array): void => {
      if (frame instanceof Uint8Array || frame.tag !== 'iq') return
      if (frame.attrs.type === 'result' && holdsRef(frame)) {
        stop()
        resolve()
      } else if (frame.attrs.type === 'error') {
        stop()
        const [error] = Array.isArray(frame.content) ? frame.content : []
        const refused = error?.attrs.code ?? '?'
        reject(
          refused === RATE_OVERLIMIT
            ? new RateLimited('WhatsApp asks to wait before another code (429).')
            : new Error(`WhatsApp refused to give a code for this phone (${refused}).`),
        )
      }
    }
    sock.ws.on('frame', onFrame)
  })
}

function holdsRef(node: BinaryNode): boolean {
  if (node.tag === 'link_code_pairing_ref') return true
  return Array.isArray(node.content) && node.content.some(holdsRef)
}

function secondsUntil(moment: number): number {
  return Math.max(0, Math.round((moment - performance.now()) / 1000))
}
