/** Waiting for a condition with a deadline: tests never sleep for a fixed time. */

const POLL_MS = 20
/** No machine needs it, however busy: a wait that lasts so long will not end. */
export const DEADLINE_MS = 90_000

/** Resolves with the first truthy value of `probe`; fails with `what` when the deadline passes. */
export async function until<T>(
  what: string,
  probe: () => Promise<T | undefined | null | false> | T | undefined | null | false,
  deadlineMs = DEADLINE_MS,
): Promise<T> {
  const end = performance.now() + deadlineMs
  for (;;) {
    const value = await probe()
    if (value) return value
    if (performance.now() > end) throw new Error(`did not happen in ${deadlineMs} ms: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}
