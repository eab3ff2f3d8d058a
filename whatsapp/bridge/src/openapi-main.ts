/** Prints the OpenAPI document: `node dist/src/openapi-main.js > openapi.json`. */
import './libsignal-preload.js'
import { type AppDeps, buildApp } from './http/app.js'

const app = buildApp({ token: '' } as AppDeps)
await app.ready()
process.stdout.write(`${JSON.stringify(app.swagger(), null, 2)}\n`)
