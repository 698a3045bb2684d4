// SPDX-License-Identifier: Apache-2.0
export { yaml as default } from '@halite/rendering/renderers'
