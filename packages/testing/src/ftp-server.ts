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
  const commands: string[] = []
  const sockets = new Set<Socket>()
  const state = { trouble: 'none' as Trouble }
  const track = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
    return socket
  }
  const server = await listening(
    createServer((socket) => {
      let data: Promise<Socket> | undefined
      const say = (line: string) => void socket.write(`${line}\r\n`)
      track(socket)
      say('220 ready')
      let text = ''
      socket.on('data', (bytes) => {
        text += String(bytes)
        for (let at = text.indexOf('\r\n'); at >= 0; at = text.indexOf('\r\n')) {
          void run(text.slice(0, at))
          text = text.slice(at + 2)
        }
      })
      const send = (content: Buffer) => {
        say('150 here it comes')
        void data?.then((target) => {
          track(target)
          if (state.trouble === 'none') target.end(content, () => say('226 done'))
          else target.write(content.subarray(0, content.length / 2))
          if (state.trouble === 'cuts')
            setTimeout(() => [target, socket].forEach((each) => void each.destroy()), 20)
        })
      }
      const run = async (line: string) => {
        commands.push(line)
        const [verb = '', ...rest] = line.split(' ')
        const argument = rest.join(' ')
        if (verb === 'USER') return say('331 password')
        if (verb === 'PASS') return say(argument === 'wrong' ? '530 no' : '230 welcome')
        if (verb === 'EPSV') {
          const passive = createServer()
          data = new Promise((resolve) => passive.once('connection', resolve))
          await listening(passive)
          return say(`229 ok (|||${portOf(passive)}|)`)
        }
        if (verb === 'RETR') {
          const content = files[argument]
          return content === undefined ? say('550 no such file') : send(content)
        }
        return say(verb === 'FEAT' ? '211 end' : '200 ok')
      }
    }),
  )
  return {
    port: portOf(server),
    commands,
    get trouble() {
      return state.trouble
    },
    set trouble(trouble) {
      state.trouble = trouble
    },
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function listening(server: Server): Promise<Server> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)))
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}
