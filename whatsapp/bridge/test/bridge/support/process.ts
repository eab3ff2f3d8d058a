/** Real processes of the bridge and of the WhatsApp sandbox, ended by their own id. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { DEADLINE_MS } from './wait.js'

const DIST = new URL('../../../', import.meta.url)

const alive = new Set<ChildProcess>()
// A test that crashes must not leave processes behind.
process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL')
})

export interface Running {
  url: string
  process: ChildProcess
  /** What it wrote so far, to stderr and to stdout. */
  log(): string
  /** Resolves after the process is gone. */
  end(signal?: NodeJS.Signals): Promise<void>
}

/** `script` below dist/, e.g. "src/main.js". Resolves when it prints "ready URL". */
export async function run(
  script: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Running> {
  const child = spawn(process.execPath, [fileURLToPath(new URL(script, DIST)), ...args], {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output = (output + text).slice(-200_000)
  })
  const gone = once(child, 'exit')
  alive.add(child)
  void gone.then(() => alive.delete(child))
  const end = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal)
    await gone
  }
  const url = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`${script} is not ready:\n${output}`)),
      DEADLINE_MS,
    )
    let text = ''
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk
      text += chunk
      const match = /^ready (\S+)$/m.exec(text)
      if (match?.[1]) {
        clearTimeout(timer)
        resolve(match[1])
      }
    })
    void gone.then(() => {
      clearTimeout(timer)
      reject(new Error(`${script} ended:\n${output}`))
    })
  })
  return { url, process: child, log: () => output, end }
}
