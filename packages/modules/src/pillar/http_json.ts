// SPDX-License-Identifier: Apache-2.0
import { isMap, loadJson, mapOf, SaltError } from '@halite/core'
import { definePillar } from '@halite/loader'
import { asked } from './parts/http.ts'

/** The JSON of a web server. */
export default definePillar({
  name: 'http_json',
  doc: 'The JSON that a web server answers with: ``- http_json: {url: "https://cmdb/%s", username: salt, password: x}``. ``%s`` is the id of the minion, with ``with_grains: True`` ``<os>`` a grain; ``header_dict`` has headers, ``namespace`` the key that all goes below.',
  async compile(ctx, config) {
    const { text, namespace } = await asked(ctx, config)
    const data = loadJson(text)
    if (!isMap(data)) throw new SaltError('VALUE_MALFORMED', 'the answer is not a map')
    return namespace ? mapOf([[namespace, data]]) : data
  },
})
