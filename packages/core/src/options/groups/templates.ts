// SPDX-License-Identifier: Apache-2.0
import { row } from '../row.ts'
import { boolean, hostPath, map, text, textList } from '../value-types.ts'

/** Renderers and the syntax of templates. */
export const templates = {
  'Templates and sls files': {
    renderer: row(text, 'jinja|yaml', 'Renderers of files whose first line does not name any.'),
    renderer_blacklist: row(textList, [], 'Renderers that files may not use.'),
    renderer_whitelist: row(textList, [], 'If not empty, the only renderers that files may use.'),
    jinja_env: row(
      map,
      {},
      'Jinja options for templates that are not sls files: `trim_blocks`, `lstrip_blocks`, `keep_trailing_newline`, `newline_sequence`, `line_statement_prefix`, `line_comment_prefix`, and the delimiters (`block_start_string` and so on).',
    ),
    jinja_sls_env: row(map, {}, 'Jinja options for sls files.'),
    jinja_trim_blocks: row(
      boolean,
      false,
      'Sets `trim_blocks` for both. Superseded by `jinja_env` and `jinja_sls_env`.',
    ),
    jinja_lstrip_blocks: row(
      boolean,
      false,
      'Sets `lstrip_blocks` for both. Superseded by `jinja_env` and `jinja_sls_env`.',
    ),
    allow_undefined: row(
      boolean,
      false,
      'Render undefined names in templates as empty text instead of failing.',
    ),
    gpg_keydir: row(
      hostPath,
      '<config>/gpgkeys',
      'Directory of the keys that the `gpg` renderer decrypts with.',
    ),
    gpg_decrypt_must_succeed: row(
      boolean,
      true,
      'Fail if the `gpg` renderer cannot decrypt a message; otherwise the message is left encrypted.',
    ),
  },
}
