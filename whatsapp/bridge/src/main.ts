/** The process: configuration in, one "ready" line out, and an orderly end on SIGTERM. */
import './libsignal-preload.js'
import { startBridge } from './bridge.js'
import { ConfigError, parseConfig } from './config.js'
import { errorForLog, makeLog } from './log.js'

const END_MS = 9_500

async function main(): Promise<void> {
  const config = parseConfig(process.env)
  const log = makeLog(config.logLevel)
  // Baileys leaves rejected promises behind when a socket ends in the middle of something.
  process.on('unhandledRejection', (reason) => {
    log.debug({ event: 'process.unhandled_rejection', ...errorForLog(reason) })
  })
  process.on('uncaughtException', (error) => {
    // Unknown state: keys are safe in PostgreSQL, a new process is the clean way on.
    log.fatal({ event: 'process.uncaught_exception', ...errorForLog(error) })
    process.exit(1)
  })

  const bridge = await startBridge(config, log)
  // No log tells where an error was made (`errorForLog`), and Baileys makes three for every query that goes well.
  Error.stackTraceLimit = 0
  log.info({ event: 'bridge.ready', bridge: config.bridgeId, url: bridge.url })
  process.stdout.write(`ready ${bridge.url}\n`)

  let ending = false
  const end = (): void => {
    if (ending) return
    ending = true
    log.info({ event: 'bridge.ending' })
    setTimeout(() => process.exit(0), END_MS).unref()
    void bridge.close().finally(() => process.exit(0))
  }
  process.on('SIGTERM', end)
  process.on('SIGINT', end)
}

main().catch((error: unknown) => {
  const sentences = error instanceof ConfigError ? error.faults : [(error as Error).message]
  process.stderr.write(`${sentences.join('\n')}\n`)
  process.exit(1)
})
