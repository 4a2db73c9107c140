// SPDX-License-Identifier: Apache-2.0
// The insertion into the shared table, over whatever words it is given: those of the table, or
// those of the scenario that checks it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "checker/engine_mutations.h"

namespace heddle {

enum class Insertion {
    fresh,   // it was not there, and is now; of several who insert it at once one is told so
    seen,    // it was there
    no_room  // neither in the slots looked at, which are all taken
};

// Puts a fingerprint, none of whose halves is 0, into the first slot from `home` on that is free,
// and looks at `probes` slots at most. Slots are never emptied. A slot is two words, 0 at first,
// each of which is written once, by compare-and-swap: first `high`, then `low`. Nobody waits for
// anybody: who finds a slot with its own high half and no low one yet puts its own there, whoever
// has begun; if the two are different fingerprints, the one who comes too late goes on to the next
// slot. So it does no harm if a process is killed between the two: the slot is finished by another
// with this half, or stands for nothing.
//
// Why of those who insert one fingerprint exactly one is told `fresh`: words are written once, so
// all of them pass by the same slots, those that have become somebody else's, and the first slot
// that has not is won by one compare-and-swap of its low half.
//
// `Words` has load_high(at), load_low(at), and claim_high(at, value), claim_low(at, value), which
// write if the word is 0 and return what was there.
template <class Words>
Insertion insert_into(Words&& words, std::size_t home, std::size_t probes, std::uint64_t high,
                      std::uint64_t low) {
    for (std::size_t at = home; at < home + probes; ++at) {
        std::uint64_t found = words.load_high(at);
        if (found == 0) {
            found = words.claim_high(at, high);
        }
        if (found != 0 && found != high) {
            continue;
        }
        found = words.load_low(at);
        if (found == 0) {
            found = words.claim_low(at, low);
            if (engine_mutated(EngineMutation::insertion_blind_to_others)) {
                found = 0;
            }
        }
        if (found == 0) {
            return Insertion::fresh;
        }
        if (found == low || engine_mutated(EngineMutation::shared_table_by_half)) {
            return Insertion::seen;
        }
    }
    return Insertion::no_room;
}

}  // namespace heddle
