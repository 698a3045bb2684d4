// SPDX-License-Identifier: Apache-2.0

/** What sockets, directories and processes were made from: a change takes a restart. */
export const fixedOptions = [
  'interface',
  'publish_port',
  'ret_port',
  'ipv6',
  'pub_hwm',
  'zmq_backlog',
  'pki_dir',
  'cachedir',
  'sock_dir',
  'root_dir',
  'user',
  'pidfile',
  'log_file',
  'pillar_roots',
  'publish_session',
] as const
