// SPDX-License-Identifier: Apache-2.0
import { atRestart, row } from '../row.ts'
import { count, port, text } from '../value-types.ts'

/** What the master listens on, and the bounds of its connections and sessions. */
export const network = {
  'Network of the master': {
    interface: atRestart(row(text, '0.0.0.0', 'Address to listen on.')),
    publish_port: atRestart(row(port, 4505, 'Port for publications to minions.')),
    ret_port: atRestart(row(port, 4506, 'Port for requests and returns from minions.')),
    zmq_backlog: atRestart(
      row(
        count('connections'),
        1000,
        'Backlog of the listening sockets: connections that wait to be accepted.',
      ),
    ),
    pub_hwm: atRestart(
      row(
        count('messages'),
        1000,
        'Publications queued for a slow minion; those beyond that are re-sent later.',
      ),
    ),
    worker_threads: row(count(), 5, 'Threads for CPU-intensive work.'),
  },
  'Limits of connections': {
    max_open_files: row(
      count(),
      100000,
      'Limit of open files to request from the system. Each minion takes two.',
    ),
    open_files_reserve: row(
      count(),
      512,
      'File descriptors kept free of network connections, for disk access, keys and local clients; at most half of the limit. Not an option of Salt.',
    ),
    max_connections: row(
      count('connections'),
      0,
      'Maximum number of network connections, on both ports together; 0 for as many as the limit of open files allows. Not an option of Salt.',
    ),
    max_connections_per_address: row(
      count('connections'),
      20000,
      'Maximum number of connections per address, which minions behind one gateway share; for IPv6, per /64 network. Not an option of Salt.',
    ),
    max_unproven_connections: row(
      count('connections'),
      2048,
      'Maximum number of connections without an established session; beyond that, a new one replaces the oldest. Not an option of Salt.',
    ),
    max_unproven_connections_per_address: row(
      count('connections'),
      1024,
      'The same limit per address. Not an option of Salt.',
    ),
    unproven_connection_timeout: row(
      count('seconds'),
      30,
      'How long a connection may stay open without a session. Not an option of Salt.',
    ),
    max_waiting_bytes: row(
      count('bytes'),
      8388608,
      'Bytes queued for a peer that reads slowly, besides the frame being sent; a connection that exceeds this is closed. Not an option of Salt.',
    ),
    max_unfinished_bytes: row(
      count('bytes'),
      268435456,
      'Memory for partially received large frames, for all minions together; a peer that needs more has to wait. Not an option of Salt.',
    ),
  },
  'Limits of minions': {
    max_event_size: row(
      count('bytes'),
      1048576,
      'Largest message accepted from a minion, except for job returns: grains, events and other requests.',
    ),
    session_bytes_per_second: row(
      count('bytes'),
      8388608,
      'Sustained bytes per second that one session may send; a session above that is read more slowly. Not an option of Salt.',
    ),
    session_work_per_second: row(
      count('milliseconds'),
      200,
      'CPU time of the master, per second, that one session may use; a session above that is read more slowly. Not an option of Salt.',
    ),
  },
}
