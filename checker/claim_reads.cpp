// SPDX-License-Identifier: Apache-2.0
#include "checker/claim_reads.h"

#include <xxhash.h>

#include <algorithm>
#include <cassert>
#include <cstring>

namespace heddle {

namespace {

constexpr std::size_t word_bytes = sizeof(std::uint64_t);

bool is_of_every_state(const Claim& claim) { return claim.moment == Moment::always; }

}  // namespace

ClaimReads::ClaimReads(std::span<const Claim> claims, std::span<std::byte> world)
    : world_(world), is_part_(std::all_of(claims.begin(), claims.end(), [](const Claim& claim) {
          return !is_of_every_state(claim) || claim.reads;
      })) {
    if (!is_part_) {
        return;
    }
    for (std::size_t offset = 0; offset < world.size(); offset += word_bytes) {
        words_.push_back({static_cast<std::uint32_t>(offset), 0});
    }
    for (const Claim& claim : claims) {
        if (is_of_every_state(claim)) {
            for (const WordsRead& words : claim.reads()) {
                add(words);
            }
        }
    }
}

// Byte by byte: an object may lie anywhere.
void ClaimReads::add(const WordsRead& words) {
    const auto begin =
        static_cast<std::size_t>(static_cast<const std::byte*>(words.address) - world_.data());
    assert(begin + words.bytes <= world_.size());
    for (std::size_t i = 0; i < words.bytes; ++i) {
        const std::uint64_t mask = words.bits >> (i % word_bytes * 8) & 0xff;
        words_[(begin + i) / word_bytes].mask |= mask << ((begin + i) % word_bytes * 8);
    }
}

Fingerprint ClaimReads::fingerprint() const {
    seen_.resize(words_.size());
    for (std::size_t i = 0; i < words_.size(); ++i) {
        std::memcpy(&seen_[i], world_.data() + words_[i].offset, word_bytes);
        seen_[i] &= words_[i].mask;
    }
    const XXH128_hash_t hash = XXH3_128bits(seen_.data(), seen_.size() * word_bytes);
    return {hash.low64, hash.high64};
}

void ClaimReads::invert_the_rest() const {
    for (const Word& word : words_) {
        std::uint64_t value = 0;
        std::memcpy(&value, world_.data() + word.offset, word_bytes);
        value ^= ~word.mask;
        std::memcpy(world_.data() + word.offset, &value, word_bytes);
    }
}

}  // namespace heddle
