// One measured load: {base, targets (a file: [{path, headers}]), method, body, connections, seconds, rate} as JSON in
// the first argument, the figures as JSON on stdout. Each request comes from another address and each company calls
// in its turn, so that no throttle refuses anything.
import { readFileSync } from 'node:fs'
import autocannon from 'autocannon'

const job = JSON.parse(process.argv[2])
const targets = JSON.parse(readFileSync(job.targets, 'utf8'))
let count = job.first ?? 0
const found = await autocannon({
  url: job.base,
  connections: job.connections,
  duration: job.seconds,
  ...(job.rate ? { overallRate: job.rate } : {}),
  requests: [
    {
      method: job.method ?? 'GET',
      setupRequest: (request) => {
        count += 1
        const target = targets[count % targets.length]
        const address = `10.${(count >> 16) & 255}.${(count >> 8) & 255}.${count & 255}`
        return {
          ...request,
          path: target.path,
          headers: { ...target.headers, 'x-forwarded-for': address },
          ...(job.body ? { body: job.body.replaceAll('{n}', String(count)) } : {}),
        }
      },
    },
  ],
})
console.log(
  JSON.stringify({
    per_second: found.requests.total / found.duration,
    p50: found.latency.p50,
    p99: found.latency.p99,
    good: found['2xx'],
    bad: found.non2xx + found.errors + found.timeouts,
  }),
)
