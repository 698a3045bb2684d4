// SPDX-License-Identifier: Apache-2.0
import { arg, defineModule, fn } from '@halite/loader'
import { queryArguments } from './http/arguments.ts'
import { updateBundle } from './http/ca-bundle.ts'
import { query } from './http/query.ts'
import { queryUntilGood } from './http/until-good.ts'

const { url, ...others } = queryArguments

/** `http`: requests to web servers. */
export default defineModule({
  name: 'http',
  doc: 'Asks web servers. The options ``proxy_host`` and its kind, ``no_proxy``, ``verify_ssl``, ``ca_bundle``, ``http_connect_timeout``, ``http_request_timeout`` and ``http_max_body`` of the minion apply; servers have to prove who they are unless ``verify_ssl`` says otherwise.',
  functions: {
    query: fn({
      doc: 'Ask a server and return a map of what it answered: ``body``, and as far as they are asked for ``status``, ``headers``, ``text`` and ``dict``, the decoded data. When the server refuses, or cannot be reached, ``error`` says why.',
      examples: [
        "salt '*' http.query http://somelink.com/",
        'salt \'*\' http.query http://somelink.com/ method=POST params=\'{"key1": "val1"}\'',
        "salt '*' http.query http://somelink.com/ method=POST data='<xml>somecontent</xml>'",
        "salt '*' http.query https://api.example.com/v1 decode=True decode_type=json status=True",
      ],
      args: queryArguments,
      run: (ctx, args) => query(ctx, args),
    }),
    wait_for_successful_query: fn({
      doc: 'Ask a server until it answers without an error, and return what it answered; after ``wait_for`` seconds what it answered last.',
      examples: [
        "salt '*' http.wait_for_successful_query http://somelink.com/ wait_for=160 request_interval=1",
      ],
      args: {
        url,
        wait_for: arg.seconds('How long.').default(300),
        ...others,
        request_interval: arg.seconds('Seconds between two requests.').default(1),
      },
      run: (ctx, args) => queryUntilGood(ctx, args),
    }),
    update_ca_bundle: fn({
      doc: 'Fetch the certificates that are believed, and put them where the option ``ca_bundle`` says. What is fetched must be certificates; the file is replaced as a whole.',
      examples: [
        "salt '*' http.update_ca_bundle",
        "salt '*' http.update_ca_bundle target=/path/to/cacerts.pem",
        "salt '*' http.update_ca_bundle source=https://example.com/cacerts.pem",
        `salt '*' http.update_ca_bundle merge_files='[/path/to/private.pem]'`,
      ],
      args: {
        target: arg
          .path('The file; default what the option ``ca_bundle`` names, else that of the system.')
          .optional(),
        source: arg
          .string('The URL; default what the option ``ca_bundle_url`` says, else the bundle of curl.')
          .optional(),
        merge_files: arg
          .list('Files with further certificates, which are put behind.', arg.path('A file.'))
          .optional(),
      },
      run: (ctx, args) => updateBundle(ctx, args),
    }),
  },
})
