// SPDX-License-Identifier: Apache-2.0
import { row } from '../row.ts'
import { amount, boolean, count, port, secret, text, textList } from '../value-types.ts'

/** How files are fetched from http and https servers. */
export const web = {
  'Files from the web': {
    http_connect_timeout: row(amount('seconds'), 20, 'How long to wait for a server to accept a connection.'),
    http_request_timeout: row(amount('seconds'), 3600, 'Maximum duration of a transfer.'),
    http_max_body: row(count('bytes'), 107374182400, 'Maximum size of the response body of one URL.'),
    proxy_host: row(text, '', 'Proxy host for `http://` and `https://`. Empty: no proxy.'),
    proxy_port: row(port, 0, 'Proxy port.'),
    proxy_username: row(text, '', 'User name for the proxy.'),
    proxy_password: row(secret(text), '', 'Password for the proxy.'),
    no_proxy: row(textList, [], 'Hosts and domains that bypass the proxy.'),
    verify_ssl: row(boolean, true, 'Whether to verify the certificates of servers.'),
    ca_bundle: row(text, '', 'File of trusted CA certificates. Empty: the certificates that Node includes.'),
    user_agent: row(text, 'Halite', 'Value of the `User-Agent` header.'),
  },
}
