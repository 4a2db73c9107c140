// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>

namespace heddle {

// The first `bytes` bytes of an object as a number; 0 to 8 of them. The usual sizes become one
// load, where a copy of a length unknown to the compiler is a call.
inline std::uint64_t word_at(const void* object, unsigned bytes) {
    const auto load = [object](auto word) -> std::uint64_t {
        std::memcpy(&word, object, sizeof(word));
        return word;
    };
    switch (bytes) {
        case 1:
            return load(std::uint8_t{});
        case 2:
            return load(std::uint16_t{});
        case 4:
            return load(std::uint32_t{});
        case 8:
            return load(std::uint64_t{});
        default:
            std::uint64_t value = 0;
            std::memcpy(&value, object, bytes);
            return value;
    }
}

}  // namespace heddle
