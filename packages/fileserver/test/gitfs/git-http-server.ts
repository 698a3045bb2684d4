// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'

export interface GitHttpOptions {
  /** Directory of the repositories. */
  readonly root: string
  /** `user:password` that is asked for. */
  readonly login?: string
  /** Certificate and key, for https. */
  readonly tls?: { readonly key: string; readonly cert: string }
  /** What is done with a request instead of serving it; true when it was. */
  readonly instead?: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined
}

/** Repositories over http, by git's own `http-backend`. */
export class GitHttpServer {
  /** What was sent as `Authorization`. */
  readonly logins: string[] = []
  readonly #server: Server
  readonly #options: GitHttpOptions

  constructor(options: GitHttpOptions) {
    this.#options = options
    const serve = (request: IncomingMessage, response: ServerResponse) => this.#serve(request, response)
    this.#server = options.tls === undefined ? createServer(serve) : createTlsServer(options.tls, serve)
  }

  /** Resolves to the URL of the root. */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return `http${this.#options.tls === undefined ? '' : 's'}://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const { login, instead } = this.#options
    const { authorization } = request.headers
    if (authorization !== undefined) this.logins.push(authorization)
    if (instead?.(request, response)) return
    if (login !== undefined && authorization !== `Basic ${Buffer.from(login).toString('base64')}`) {
      response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="git"' }).end()
      return
    }
    this.#runBackend(request, response)
  }

  #runBackend(request: IncomingMessage, response: ServerResponse): void {
    const { pathname, search } = new URL(request.url ?? '/', 'http://localhost')
    const child = spawn('git', ['http-backend'], {
      env: {
        PATH: process.env['PATH'],
        GIT_PROJECT_ROOT: this.#options.root,
        GIT_HTTP_EXPORT_ALL: '1',
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_CONFIG_GLOBAL: '/dev/null',
        PATH_INFO: pathname,
        QUERY_STRING: search.slice(1),
        REQUEST_METHOD: request.method,
        CONTENT_TYPE: request.headers['content-type'] ?? '',
        HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
        GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
        REMOTE_ADDR: '127.0.0.1',
      },
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    request.pipe(child.stdin)
    child.stdin.on('error', () => undefined)
    let head = Buffer.alloc(0)
    const onHead = (chunk: Buffer) => {
      head = Buffer.concat([head, chunk])
      const end = head.indexOf('\r\n\r\n')
      if (end < 0) return
      child.stdout.off('data', onHead)
      writeHead(response, head.toString('latin1', 0, end))
      response.write(head.subarray(end + 4))
      child.stdout.pipe(response)
    }
    child.stdout.on('data', onHead)
  }
}

function writeHead(response: ServerResponse, text: string): void {
  const headers = text.split('\r\n').map((line) => line.split(/:\s*/, 2) as [string, string])
  const status = headers.find(([name]) => name.toLowerCase() === 'status')?.[1] ?? '200'
  const others = headers.filter(([name]) => name.toLowerCase() !== 'status')
  response.writeHead(Number.parseInt(status, 10), Object.fromEntries(others))
}
