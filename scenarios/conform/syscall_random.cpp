// SPDX-License-Identifier: Apache-2.0
#include "scenarios/conform/syscall_random.h"

#include <array>

#include "model/pgtable.h"

namespace heddle {

namespace {

using enum SystemCallName;

// How often each is called; by SystemCallName.
constexpr std::array<unsigned, nr_system_calls> weights = {14, 10, 12, 6, 3,  26,
                                                           10, 14, 3,  1, 10, 8};

class RandomCalls {
  public:
    RandomCalls(std::mt19937_64& random, unsigned pages) : random_(random), pages_(pages) {}

    SyscallSequence sequence(unsigned calls_max) {
        SyscallSequence made;
        made.limits.capable = one_in(6);
        made.limits.limit = one_in(3) ? unlimited : below(pages_ + 2);
        // The fewer pages a sequence is about, the more its calls have to do with each other.
        in_play_ = 3 + below(pages_ - 2);
        const unsigned calls = calls_max - below(calls_max / 2);
        bool both_live = false;
        for (unsigned i = 0; i < calls; ++i) {
            // The first call gives the others something to work on.
            SystemCall made_call = i == 0 ? call_of(mmap) : call();
            if (i > 0 && one_in(3)) {
                take_place_of(made.calls[below(i)], made_call);
            }
            made_call.process = both_live ? below(2) : living_;
            if (made_call.name == fork) {
                both_live = true;
            } else if (made_call.name == exit && both_live) {
                both_live = false;
                living_ = 1 - made_call.process;
            }
            made.calls.push_back(made_call);
        }
        return made;
    }

  private:
    unsigned below(unsigned bound) { return static_cast<unsigned>(random_() % bound); }
    bool one_in(unsigned n) { return below(n) == 0; }

    SystemCall call() {
        unsigned total = 0;
        for (const unsigned weight : weights) {
            total += weight;
        }
        unsigned at = below(total);
        unsigned name = 0;
        while (at >= weights[name]) {
            at -= weights[name++];
        }
        return call_of(static_cast<SystemCallName>(name));
    }

    // An address, rarely not that of a page, rarely where nothing can be.
    unsigned long address(bool may_be_odd) {
        const unsigned long page = one_in(16) ? pages_ + below(3) : below(in_play_);
        return page * PAGE_SIZE + (may_be_odd && one_in(8) ? 1 + below(PAGE_SIZE - 1) : 0);
    }

    unsigned long length() {
        if (one_in(24)) {
            return one_in(2) ? ~0UL : -(1UL + below(3)) * PAGE_SIZE;
        }
        const unsigned long pages = one_in(16) ? 0 : 1 + below(one_in(3) ? in_play_ : 3);
        return pages * PAGE_SIZE + (one_in(10) ? 1 + below(PAGE_SIZE - 1) : 0);
    }

    void choose_mapping(SystemCall& made) {
        if (one_in(3)) {
            made.file = static_cast<int>(below(2));
            made.offset = one_in(4) ? 4 + below(4) : below(2);
            made.shared = one_in(2);
        }
        made.locked = one_in(4);
        made.read_only = one_in(4);
        made.special = one_in(10);
    }

    void choose_mremap(SystemCall& made) {
        made.start = address(one_in(8));
        made.len = length();
        // The kernel's test of the limit wraps for lengths near the maximum; not modelled.
        const unsigned long new_len = length();
        made.new_len = one_in(3) || new_len > 2 * PAGE_SIZE * pages_ ? made.len : new_len;
        made.new_start = one_in(3) ? made.start : address(one_in(8));
    }

    // Works where an earlier call did; what has been moved is moved back.
    static void take_place_of(const SystemCall& earlier, SystemCall& made) {
        const bool moves = earlier.name == mremap && earlier.new_start != earlier.start;
        if (made.name == mremap && moves) {
            made.start = earlier.new_start;
            made.len = made.new_len = earlier.new_len;
            made.new_start = earlier.start;
        } else if (made.name != mremap && earlier.len != 0 && made.len != 0) {
            made.start = earlier.start;
            made.len = earlier.len;
        } else if (made.name == touch) {
            made.start = earlier.start;
        }
    }

    SystemCall call_of(SystemCallName name) {
        SystemCall made;
        made.name = name;
        const bool has_range = name == mlock || name == mlock2 || name == munlock || name == mmap ||
                               name == munmap || name == mprotect;
        if (has_range) {
            const bool rounds = name != mmap && name != munmap && name != mprotect;
            made.start = address(rounds || one_in(8));
            made.len = length();
        }
        if (name == mlock2) {
            made.flags = one_in(16) ? 64 : static_cast<int>(below(2));
        } else if (name == mlockall) {
            made.flags = one_in(16) ? 64 : static_cast<int>(below(8));
        } else if (name == mmap) {
            choose_mapping(made);
        } else if (name == mremap) {
            choose_mremap(made);
        } else if (name == mprotect) {
            made.read = !one_in(4);
            made.write = one_in(2);
        } else if (name == touch) {
            made.start = address(true);
            made.write = one_in(2);
        }
        return made;
    }

    std::mt19937_64& random_;
    unsigned pages_;
    unsigned in_play_ = 0;
    unsigned living_ = 0;
};

}  // namespace

SyscallSequence random_sequence(std::mt19937_64& random, unsigned calls_max, unsigned pages) {
    return RandomCalls(random, pages).sequence(calls_max);
}

}  // namespace heddle
