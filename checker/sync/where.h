// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace heddle {

// A place in the source: taken by default arguments, so that a wrapper reports its caller.
struct Where {
    const char* file = "";
    const char* function = "";
    unsigned line = 0;

    static constexpr Where here(const char* file = __builtin_FILE(),
                                const char* function = __builtin_FUNCTION(),
                                unsigned line = __builtin_LINE()) {
        return {file, function, line};
    }
};

}  // namespace heddle
