// SPDX-License-Identifier: Apache-2.0
export { jinja as default } from '@halite/rendering/renderers'
