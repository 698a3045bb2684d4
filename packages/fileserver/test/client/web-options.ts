// SPDX-License-Identifier: Apache-2.0
import type { WebOptions } from '@halite/core'

/** The web as a minion reaches it that was told nothing. */
export const webDefaults: WebOptions = {
  http_connect_timeout: 20,
  http_request_timeout: 3600,
  http_max_body: 107374182400,
  proxy_host: '',
  proxy_port: 0,
  proxy_username: '',
  proxy_password: '',
  no_proxy: [],
  verify_ssl: true,
  ca_bundle: '',
  user_agent: 'Halite',
}
