// SPDX-License-Identifier: Apache-2.0
// A set of small numbers.
#pragma once

#include <bit>
#include <cassert>

#include "checker/sync/sync.h"

namespace heddle {

// Of numbers below `size`, a bit each. Standard-layout, all zero: empty. One task changes it at a
// time; has() may be asked meanwhile.
template <unsigned size>
struct bit_set {
    using word = by_build_t<unsigned short, unsigned long>;
    static constexpr unsigned bits = 8 * sizeof(word);
    static constexpr unsigned nr_words = (size + bits - 1) / bits;

    word words[nr_words];

    bool has(unsigned nr) const { return (peek(words[nr / bits]) & mask(nr)) != 0; }
    void add(unsigned nr) {
        poke(words[nr / bits], static_cast<word>(words[nr / bits] | mask(nr)));
    }
    void remove(unsigned nr) {
        poke(words[nr / bits], static_cast<word>(words[nr / bits] & ~mask(nr)));
    }

    bool empty() const {
        for (const word of : words) {
            if (of != 0) {
                return false;
            }
        }
        return true;
    }
    unsigned count() const {
        int count = 0;
        for (const word of : words) {
            count += std::popcount(of);
        }
        return static_cast<unsigned>(count);
    }

    // The element that `n` smaller ones precede; there are more than `n`.
    unsigned nth(unsigned n) const {
        unsigned at = 0;
        for (; n >= static_cast<unsigned>(std::popcount(words[at])); ++at) {
            n -= static_cast<unsigned>(std::popcount(words[at]));
        }
        word left = words[at];
        for (; n > 0; --n) {
            left = static_cast<word>(left & (left - 1));
        }
        return at * bits + static_cast<unsigned>(std::countr_zero(left));
    }
    unsigned take_first() {
        const unsigned first = nth(0);
        remove(first);
        return first;
    }

    bit_set without(const bit_set& other) const {
        bit_set rest = *this;
        for (unsigned i = 0; i < nr_words; ++i) {
            rest.words[i] = static_cast<word>(rest.words[i] & ~other.words[i]);
        }
        return rest;
    }

  private:
    static word mask(unsigned nr) { return static_cast<word>(word{1} << (nr % bits)); }
};

}  // namespace heddle
