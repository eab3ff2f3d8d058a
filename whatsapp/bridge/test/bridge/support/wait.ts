/** Waiting for a condition with a deadline: tests never sleep for a fixed time. */

const POLL_MS = 20

/** Resolves with the first truthy value of `probe`; fails with `what` when the deadline passes. */
export async function until<T>(
  what: string,
  probe: () => Promise<T | undefined | null | false> | T | undefined | null | false,
  deadlineMs = 10_000,
): Promise<T> {
  const end = performance.now() + deadlineMs
  for (;;) {
    const value = await probe()
    if (value) return value
    if (performance.now() > end) throw new Error(`did not happen in ${deadlineMs} ms: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}
