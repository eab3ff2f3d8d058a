/** The state machine's pure half: what a session can be, and what follows from each way a socket can end. */

export const STATES = [
  'idle',
  'starting',
  'qr',
  'pairing_code',
  'connected',
  'reconnecting',
  'logged_out',
] as const
export type SessionState = (typeof STATES)[number]

/** How a socket ended. */
export interface Ending {
  /** Baileys' status code, or the HTTP status of a refused upgrade. */
  code: number
  reason: string
  /** Set when it is not WhatsApp's own word: a proxy's 401 or 403 must not cost a salon its credentials. */
  line?: 'upgrade_refused' | 'unreachable'
}

export type Verdict =
  /** Open again at once, the same credentials. */
  | { next: 'reopen' }
  | { next: 'retry'; delayMs: number }
  /** An unfinished pairing is over. */
  | { next: 'end_pairing'; reason: string }
  /** WhatsApp removed the device: the only code that deletes credentials. */
  | { next: 'log_out' }
  /** Trying again would make it worse; credentials stay. */
  | { next: 'stop' }

/** PostgreSQL failed and we cut the connection ourselves. */
export const STORE_FAILED: Ending = { code: 428, reason: 'store' }

export function isStoreFailure({ reason }: Ending): boolean {
  return reason === STORE_FAILED.reason
}

/** The session was given another way out: we ended it ourselves to take that. */
export const REROUTED: Ending = { code: 428, reason: 'another way out' }

const MAX_DELAY_MS = 60_000
/** After "replaced" another process may use these credentials; two that retry fast throw each other out for ever. */
const REPLACED_DELAY_MS = 10_000

/**
 * `failures`: endings in a row since the session was last connected for a while, this one included.
 * `random`: 0..1, spreads the delays of many sessions.
 */
export function judge(
  ending: Ending,
  paired: boolean,
  failures: number,
  random = Math.random(),
): Verdict {
  const code = ending.line ? 0 : ending.code
  if (code === 515) return failures > 3 ? retry(failures, random) : { next: 'reopen' }
  if (!paired) {
    // 408 is also what Baileys says when the last QR was shown and nobody scanned.
    const reason = /refs attempts ended/.test(ending.reason) ? 'expired' : reasonOf(ending)
    return { next: 'end_pairing', reason }
  }
  if (ending.reason === REROUTED.reason) return { next: 'reopen' }
  switch (code) {
    case 401:
      return { next: 'log_out' }
    case 403:
    case 411:
      return { next: 'stop' }
    case 405:
      // The protocol version is refused: only a new release helps, but the day may come without a restart.
      return { next: 'retry', delayMs: jittered(MAX_DELAY_MS, random) }
    case 440:
      return {
        next: 'retry',
        delayMs: jittered(Math.min(REPLACED_DELAY_MS * 2 ** (failures - 1), MAX_DELAY_MS), random),
      }
    default:
      // Nothing is wrong at WhatsApp's side, and the store answered again before this delay begins.
      if (isStoreFailure(ending)) return retry(Math.min(failures, 3), random)
      // 428, 408, 500, 503 and whatever comes: 500 is called "badSession" and proves nothing about credentials.
      return retry(failures, random)
  }
}

function retry(failures: number, random: number): Verdict {
  return { next: 'retry', delayMs: backoff(failures, random) }
}

/** 1 s, 2 s, 4 s … 60 s, each minus up to a half. */
export function backoff(failures: number, random = Math.random()): number {
  return jittered(Math.min(1000 * 2 ** Math.min(failures - 1, 6), MAX_DELAY_MS), random)
}

function jittered(ms: number, random: number): number {
  return Math.round(ms * (1 - random / 2))
}

/** WhatsApp Web's, pinned with the library: a look-up at start would need the internet and may bring an untried one. */
export const WA_VERSION: [number, number, number] = [2, 3000, 1043857760]
/** WhatsApp wants a newer protocol version: the only cure is a new release, so somebody must be told. */
export const VERSION_REFUSED = 'version_refused'

/** What an event adds for whoever has to see to it. */
export function refusedVersion(reason: string): { version?: string } {
  return reason === VERSION_REFUSED ? { version: WA_VERSION.join('.') } : {}
}

const REASONS: Readonly<Record<number, string>> = {
  401: 'logged_out',
  403: 'forbidden',
  405: VERSION_REFUSED,
  408: 'timed_out',
  411: 'multi_device_mismatch',
  428: 'connection_closed',
  440: 'replaced',
  500: 'stream_error',
  503: 'unavailable',
  515: 'restart_required',
}

/** Stable word for an event; the library's own sentence may change. */
export function reasonOf(ending: Ending): string {
  if (isStoreFailure(ending)) return 'store_failed'
  return ending.line ?? REASONS[ending.code] ?? `code_${ending.code}`
}
