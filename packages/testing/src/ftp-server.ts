// SPDX-License-Identifier: Apache-2.0
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'

/** What a server does instead of sending the whole file. */
export type Trouble = 'none' | 'stalls' | 'cuts'

export interface FtpServer {
  readonly port: number
  /** The commands it was sent. */
  readonly commands: readonly string[]
  trouble: Trouble
  close(): Promise<void>
}

/** An FTP server of a few files, on real sockets: as much of the protocol as a download needs. */
export async function startFtpServer(files: Readonly<Record<string, Buffer>>): Promise<FtpServer> {
  const shared: Shared = { files, commands: [], sockets: new Set(), trouble: 'none' }
  const server = await listening(createServer((socket) => void new FtpSession(socket, shared)))
  return {
    port: portOf(server),
    commands: shared.commands,
    get trouble() {
      return shared.trouble
    },
    set trouble(trouble) {
      shared.trouble = trouble
    },
    close: async () => {
      for (const socket of shared.sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** What the sessions of a server share. */
interface Shared {
  readonly files: Readonly<Record<string, Buffer>>
  readonly commands: string[]
  readonly sockets: Set<Socket>
  trouble: Trouble
}

class FtpSession {
  readonly #socket: Socket
  readonly #shared: Shared
  #data: Promise<Socket> | undefined
  #text = ''

  constructor(socket: Socket, shared: Shared) {
    this.#socket = socket
    this.#shared = shared
    this.#track(socket)
    this.#say('220 ready')
    socket.on('data', (bytes) => this.#receive(String(bytes)))
  }

  #receive(text: string): void {
    this.#text += text
    for (let at = this.#text.indexOf('\r\n'); at >= 0; at = this.#text.indexOf('\r\n')) {
      void this.#run(this.#text.slice(0, at))
      this.#text = this.#text.slice(at + 2)
    }
  }

  async #run(line: string): Promise<void> {
    this.#shared.commands.push(line)
    const [verb = '', ...rest] = line.split(' ')
    const argument = rest.join(' ')
    if (verb === 'USER') return this.#say('331 password')
    if (verb === 'PASS') return this.#say(argument === 'wrong' ? '530 no' : '230 welcome')
    if (verb === 'EPSV') return this.#listen()
    if (verb !== 'RETR') return this.#say(verb === 'FEAT' ? '211 end' : '200 ok')
    const content = this.#shared.files[argument]
    if (content === undefined) this.#say('550 no such file')
    else this.#send(content)
  }

  async #listen(): Promise<void> {
    const passive = createServer()
    this.#data = new Promise((resolve) => passive.once('connection', resolve))
    await listening(passive)
    this.#say(`229 ok (|||${portOf(passive)}|)`)
  }

  #send(content: Buffer): void {
    this.#say('150 here it comes')
    void this.#data?.then((target) => {
      this.#track(target)
      const { trouble } = this.#shared
      if (trouble === 'none') target.end(content, () => this.#say('226 done'))
      else target.write(content.subarray(0, content.length / 2))
      if (trouble === 'cuts')
        setTimeout(() => [target, this.#socket].forEach((each) => void each.destroy()), 20)
    })
  }

  #say(line: string): void {
    this.#socket.write(`${line}\r\n`)
  }

  #track(socket: Socket): void {
    const { sockets } = this.#shared
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
  }
}

function listening(server: Server): Promise<Server> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)))
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}
