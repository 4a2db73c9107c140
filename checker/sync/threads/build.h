// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace heddle {

// The second of two sizes, and of two types.
template <class Size>
constexpr Size by_build(Size, Size threads) {
    return threads;
}
template <class Checked, class Threads>
using by_build_t = Threads;

}  // namespace heddle
