/** Business time: the real clock plus the offset in CLOCK_OFFSET_FILE, shared with every other process. */
import { readFileSync, statSync } from 'node:fs'

let seenStamp = ''
let seenOffset = 0

/** Offset of business time from real time, in seconds; 0 when the file is unset, absent or unreadable. */
export function clockOffset(path = process.env.CLOCK_OFFSET_FILE): number {
  if (!path) return 0
  try {
    const { mtimeMs, size, ino } = statSync(path)
    const stamp = `${path}:${mtimeMs}:${size}:${ino}`
    if (stamp !== seenStamp) {
      const value = Number(readFileSync(path, 'utf8').trim() || '0')
      seenOffset = Number.isFinite(value) ? value : 0
      seenStamp = stamp
    }
    return seenOffset
  } catch {
    return 0
  }
}

/** Business time in whole unix seconds: the time stamp of messages and receipts. */
export function businessSeconds(): number {
  return Math.floor(Date.now() / 1000 + clockOffset())
}

/** Real time in whole unix seconds: pairings and logins. */
export function realSeconds(): number {
  return Math.floor(Date.now() / 1000)
}
