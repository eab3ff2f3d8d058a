/** Logging: JSON lines on stderr, and a muffler for Baileys, whose own records hold messages and keys. */
import type { SocketConfig } from 'baileys'
import { destination, type Logger, pino } from 'pino'

type BaileysLogger = SocketConfig['logger']

export type Log = Logger

export function makeLog(level: string): Log {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination(2))
}

/** Phones and LIDs keep their last four digits. */
export function mask(text: string): string {
  return text.replace(/\d{7,}/g, (digits) => `…${digits.slice(-4)}`)
}

/** What may be logged of an error: never the values it carries, they can be messages or keys. */
export function errorForLog(error: unknown): { name: string; message: string; code?: unknown } {
  const known: Error & { code?: unknown } =
    error instanceof Error ? error : new Error(String(error))
  const { name, message, code } = known
  return { name, message: mask(message).slice(0, 300), ...(code === undefined ? {} : { code }) }
}

/** Passes on only the sentence of a record, masked, and of its error only the message; objects are dropped. */
export function baileysLog(log: Log): BaileysLogger {
  const forward =
    (level: 'debug' | 'trace') =>
    (record: unknown, message?: string): void => {
      if (!log.isLevelEnabled(level)) return
      const { err, error } = (typeof record === 'object' && record !== null ? record : {}) as {
        err?: unknown
        error?: unknown
      }
      const cause = err ?? error
      log[level]({
        event: 'baileys',
        text: mask(message ?? (typeof record === 'string' ? record : '')).slice(0, 200),
        ...(cause instanceof Error ? { cause: mask(cause.message).slice(0, 200) } : {}),
      })
    }
  const logger: BaileysLogger = {
    // Not "trace" or "debug": at these levels Baileys formats whole stanzas before it asks the logger.
    level: 'warn',
    child: () => logger,
    trace: () => {},
    debug: () => {},
    info: forward('trace'),
    warn: forward('debug'),
    error: forward('debug'),
  }
  return logger
}
