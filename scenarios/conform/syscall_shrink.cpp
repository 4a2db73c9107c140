// SPDX-License-Identifier: Apache-2.0
#include "scenarios/conform/syscall_shrink.h"

#include "model/pgtable.h"
#include "scenarios/conform/syscall_text.h"

namespace heddle {

namespace {

// The call with one thing made simpler, by `which`; the same call if that is simple already.
SystemCall simpler(SystemCall call, unsigned which) {
    const auto down = [](unsigned long& bytes) {
        // A number near the largest has no way down page by page.
        bytes = static_cast<long>(bytes) < 0 ? PAGE_SIZE
                : bytes % PAGE_SIZE != 0     ? bytes & PAGE_MASK
                : bytes > PAGE_SIZE          ? bytes - PAGE_SIZE
                                             : 0;
    };
    switch (which) {
        case 0: {
            const bool in_place = call.new_start == call.start;
            down(call.start);
            call.new_start = in_place ? call.start : call.new_start;
            break;
        }
        case 1:
            down(call.len);
            break;
        case 2:
            down(call.new_len);
            break;
        case 3:
            down(call.new_start);
            break;
        case 4:
            call.flags &= call.flags - 1;
            break;
        case 5:
            call.file = -1;
            call.shared = false;
            call.offset = 0;
            break;
        case 6:
            call.offset = 0;
            break;
        case 7:
            call.locked = false;
            break;
        case 8:
            call.shared = false;
            break;
        case 9:
            call.read_only = false;
            break;
        case 10:
            call.special = false;
            break;
        default:
            call.write = false;
            break;
    }
    return call;
}
constexpr unsigned simpler_ways = 12;

using StillFails = std::function<bool(const SyscallSequence&)>;

bool try_simpler_limits(SyscallSequence& sequence, const StillFails& still_fails) {
    SyscallSequence without = sequence;
    without.limits = {};
    const bool simple = sequence.limits.limit == unlimited && !sequence.limits.capable;
    if (simple || !still_fails(without)) {
        return false;
    }
    sequence = without;
    return true;
}

bool try_fewer_calls(SyscallSequence& sequence, const StillFails& still_fails) {
    for (std::size_t i = sequence.calls.size(); i-- > 0;) {
        SyscallSequence without = sequence;
        without.calls.erase(without.calls.begin() + static_cast<long>(i));
        if (still_fails(without)) {
            sequence = without;
            return true;
        }
    }
    return false;
}

bool try_simpler_calls(SyscallSequence& sequence, const StillFails& still_fails) {
    for (std::size_t i = 0; i < sequence.calls.size(); ++i) {
        for (unsigned way = 0; way < simpler_ways; ++way) {
            SyscallSequence other = sequence;
            other.calls[i] = simpler(other.calls[i], way);
            if (step_text(other.calls[i]) != step_text(sequence.calls[i]) && still_fails(other)) {
                sequence = other;
                return true;
            }
        }
    }
    return false;
}

}  // namespace

SyscallSequence shrink_sequence(SyscallSequence sequence,
                                const std::function<bool(const SyscallSequence&)>& still_fails) {
    while (try_fewer_calls(sequence, still_fails) || try_simpler_calls(sequence, still_fails) ||
           try_simpler_limits(sequence, still_fails)) {
    }
    return sequence;
}

}  // namespace heddle
