// SPDX-License-Identifier: Apache-2.0
export { json as default } from '@halite/rendering/renderers'
