/** Command line of the WhatsApp sandbox: `main.js --port P --state DIR`. */
import { parseArgs } from 'node:util'
import { startSandbox } from './server.js'

const USAGE = 'usage: main.js --port PORT --state DIR'

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { port: { type: 'string' }, state: { type: 'string' } } })
  const port = Number(values.port)
  if (!values.state || !Number.isInteger(port) || port < 0 || port > 65535) throw new Error(USAGE)
  const sandbox = await startSandbox({ port, state: values.state })
  const stop = (): void => {
    sandbox.close().then(
      () => process.exit(0),
      () => process.exit(1),
    )
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  process.stdout.write(`ready ${sandbox.url}\n`)
}

main().catch((error: unknown) => {
  process.stderr.write(`sandbox: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
})
