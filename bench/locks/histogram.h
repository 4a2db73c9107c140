// SPDX-License-Identifier: Apache-2.0
// How often which time was measured.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace heddle {

// Log-linear: each power of two is divided into eight buckets, so that a bucket is at most 1/8
// wider than its lower end. Times in nanoseconds; what is 2^40 (18 minutes) and more is in the
// last. Plain memory, so that it may lie in a shared mapping.
class Histogram {
  public:
    static constexpr unsigned parts = 8;
    static constexpr unsigned powers = 38;
    static constexpr unsigned exact = 2 * parts;  // times below have a bucket each
    static constexpr unsigned size = parts * powers;

    void add(std::uint64_t ns) {
        ++counts_[bucket_of(ns)];
        if (ns > max_) {
            max_ = ns;
        }
    }

    void add(const Histogram& other) {
        for (unsigned i = 0; i < size; ++i) {
            counts_[i] += other.counts_[i];
        }
        max_ = other.max_ > max_ ? other.max_ : max_;
    }

    std::uint64_t total() const {
        std::uint64_t total = 0;
        for (const std::uint64_t count : counts_) {
            total += count;
        }
        return total;
    }

    // The largest time that was added; 0 if none was.
    std::uint64_t max() const { return max_; }

    // A time that `share` (0 to 1) of all are not longer than: the upper end of the bucket in which
    // the last of them is, but not more than the largest time. 0 if there is none.
    double quantile(double share) const {
        const auto wanted = static_cast<double>(total()) * share;
        std::uint64_t seen = 0;
        for (unsigned i = 0; i < size; ++i) {
            seen += counts_[i];
            if (counts_[i] != 0 && static_cast<double>(seen) >= wanted) {
                const std::uint64_t upper = upper_of(i);
                return static_cast<double>(upper < max_ ? upper : max_);
            }
        }
        return 0;
    }

    std::uint64_t count(unsigned bucket) const { return counts_[bucket]; }

    // The longest time that is in the bucket.
    static std::uint64_t upper_of(unsigned bucket) {
        if (bucket < exact) {
            return bucket;
        }
        const unsigned shift = bucket / parts - 1;
        return ((std::uint64_t{parts} + bucket % parts + 1) << shift) - 1;
    }

    static unsigned bucket_of(std::uint64_t ns) {
        if (ns < exact) {
            return static_cast<unsigned>(ns);
        }
        const auto shift = static_cast<unsigned>(std::bit_width(ns)) - 4;
        const unsigned bucket = (shift + 1) * parts + (static_cast<unsigned>(ns >> shift) & 7U);
        return bucket < size ? bucket : size - 1;
    }

  private:
    std::array<std::uint64_t, size> counts_{};
    std::uint64_t max_ = 0;
};

}  // namespace heddle
