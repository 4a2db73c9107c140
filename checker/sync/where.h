// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace heddle {

// A place in the source: taken by default arguments, so that a wrapper reports its caller. Two
// words, so that it is passed in registers: in memory, copies that nobody reads any more would make
// the stacks of tasks longer, and tell states apart that have the same future.
class Where {
  public:
    Where() = default;

    // The texts must outlive it. Their addresses have 48 bits at most, as on x86-64 and arm64; the
    // number of the line is above them.
    Where(const char* file, const char* function, unsigned line)
        : file_(word_of(file, line & 0xffffU)), function_(word_of(function, line >> 16U)) {}

    static Where here(const char* file = __builtin_FILE(),
                      const char* function = __builtin_FUNCTION(),
                      unsigned line = __builtin_LINE()) {
        return {file, function, line};
    }

    // Empty if the place is not known.
    const char* file() const { return text_at(file_); }
    const char* function() const { return text_at(function_); }

    // Counted from 1; 0 if it is not known.
    unsigned line() const {
        return static_cast<unsigned>(function_ >> address_bits << 16U | file_ >> address_bits);
    }

  private:
    static constexpr unsigned address_bits = 48;

    static std::uint64_t word_of(const char* text, std::uint64_t half_of_line) {
        return reinterpret_cast<std::uintptr_t>(text) + (half_of_line << address_bits);
    }
    static const char* text_at(std::uint64_t word) {
        const std::uint64_t address = word & ((std::uint64_t{1} << address_bits) - 1);
        return address == 0 ? "" : reinterpret_cast<const char*>(address);
    }

    std::uint64_t file_ = 0;
    std::uint64_t function_ = 0;
};

}  // namespace heddle
