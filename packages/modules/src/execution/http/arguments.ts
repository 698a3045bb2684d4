// SPDX-License-Identifier: Apache-2.0
import { arg, type Values } from '@halite/loader'

const noCookies = 'cookies are not kept between requests; send one with header_dict'
const noHandle = 'what a function returns is data'
const flag = (doc: string) => arg.boolean(doc).default(false)

/** The arguments of `http.query`. */
export const queryArguments = {
  url: arg.string('The URL, ``http://`` or ``https://``.'),
  method: arg.string('The method.').default('GET'),
  params: arg.any('Parameters that join the URL: a map, or a list of pairs.').default(null),
  data: arg.any('The body: text, or a map, which is sent as a form.').default(null),
  data_file: arg.path('A file with the body.').optional(),
  header_dict: arg.map('Headers by name.', arg.string('The value.')).optional(),
  header_list: arg.list('Headers as ``Name: value``.', arg.string('A header.')).optional(),
  header_file: arg.path('A file with headers, a line each; rendered it may be a map.').optional(),
  username: arg.string('A user, for basic authentication.').optional(),
  password: arg.string('Its password.').optional(),
  auth: arg.list('User and password, in place of the two.', arg.string('One of them.')).optional(),
  decode: flag('Decode the body into ``dict``.'),
  decode_type: arg
    .string('``json``, ``xml``, ``yaml``, ``plain``; ``auto`` goes by the content type.')
    .default('auto'),
  status: flag('Return the status code.'),
  headers: flag('Return the headers.'),
  text: flag('Return the body as ``text`` too.'),
  cookies: arg.unsupported(null, noCookies),
  cookie_jar: arg.unsupported(null, noCookies),
  cookie_format: arg.unsupported('lwp', noCookies),
  persist_session: arg.unsupported(false, noCookies),
  session_cookie_jar: arg.unsupported(null, noCookies),
  data_render: flag('Render ``data_file``.'),
  data_renderer: arg.string('Its renderers; default the option ``renderer``.').optional(),
  header_render: flag('Render ``header_file``.'),
  header_renderer: arg.string('Its renderers; default the option ``renderer``.').optional(),
  template_dict: arg.map('Names that rendered files see.').optional(),
  test: flag('Ask nobody and return an empty map; with ``test_url`` ask that.'),
  test_url: arg.string('The URL to try out.').optional(),
  node: arg.any('Kept for old calls: the options are those of whoever asks.').default('minion'),
  port: arg.any('Kept for old calls: the port stands in the URL.').default(80),
  opts: arg.map('Options that win over those of the minion.').optional(),
  backend: arg.string('Kept for old calls: there is one.').optional(),
  ca_bundle: arg.path('File with the certificates that are believed.').optional(),
  verify_ssl: arg.boolean('Whether the server has to prove who it is; default the option.').optional(),
  cert: arg
    .list('A certificate of our own: a file, or the certificate and its key.', arg.path('A file.'))
    .optional(),
  text_out: arg.path('A file that the body is written to.').optional(),
  headers_out: arg.path('A file that the headers are written to.').optional(),
  decode_out: arg.path('A file that the body is written to when it is decoded.').optional(),
  stream: arg.unsupported(false, noHandle),
  streaming_callback: arg.unsupported(null, noHandle),
  header_callback: arg.unsupported(null, noHandle),
  handle: arg.unsupported(false, noHandle),
  agent: arg.string('The name that the server is given; default the option ``user_agent``.').optional(),
  hide_fields: arg.list('Parameters of the URL that the log masks.', arg.string('A name.')).optional(),
  raise_error: arg.boolean('Whether an answer of 300 and more is an error.').default(true),
  formdata: flag('Send ``data`` as a file of a form.'),
  formdata_fieldname: arg.string('Its field.').optional(),
  formdata_filename: arg.string('The name of the file.').optional(),
  decode_body: arg.boolean('Return the body as text; else as bytes.').default(true),
}

/** What `http.query` is given. */
export type QueryValues = Values<typeof queryArguments>
