// SPDX-License-Identifier: Apache-2.0

/** Data as YAML, as Salt writes it: an entry of its own, because those who only write YAML load no template engine. */
export { dumpYamlText, type YamlLayout } from './jinja/format/yaml/dump.ts'
