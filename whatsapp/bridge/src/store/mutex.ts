/** One at a time, in order of arrival; a wait longer than the limit reports that something is stuck. */

export class Mutex {
  private last: Promise<void> = Promise.resolve()

  constructor(
    private readonly limitMs: number,
    private readonly onStuck: () => void,
  ) {}

  async run<T>(work: () => Promise<T>): Promise<T> {
    const previous = this.last
    let release = (): void => {}
    this.last = new Promise((resolve) => {
      release = resolve
    })
    const timer = setTimeout(this.onStuck, this.limitMs)
    await previous
    clearTimeout(timer)
    try {
      return await work()
    } finally {
      release()
    }
  }

  /** Resolves when everything that was asked for before this call is done. */
  async idle(): Promise<void> {
    await this.last
  }
}
