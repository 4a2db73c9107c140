// SPDX-License-Identifier: Apache-2.0
// Marks and fingerprints.
#include <algorithm>
#include <cstring>

#include "checker/engine_mutations.h"
#include "checker/execution_state.h"
#include "checker/hash.h"

namespace heddle {

// ---- marks

std::size_t Execution::mark_bytes() const {
    const Implementation& inside = *implementation_;
    std::size_t bytes = inside.arena.used();
    for (unsigned task = 0; task < inside.tasks; ++task) {
        bytes += inside.used_stack(task).size();
    }
    return bytes;
}

Mark Execution::mark() const {
    Mark mark;
    remember(mark);
    return mark;
}

void Execution::remember(Mark& mark, const Mark* before) const {
    Implementation& inside = *implementation_;
    if (inside.options.rewind == Rewind::replay) {
        mark.schedule_ = inside.schedule;
        return;
    }
    const std::size_t bytes = mark_bytes();
    if (mark.image_.size() < bytes) {
        mark.image_.resize(bytes);
    }
    mark.used_ = inside.arena.used();
    std::byte* to = mark.image_.data();
    std::memcpy(to, inside.arena.begin(), mark.used_);
    to += mark.used_;
    for (unsigned task = 0; task < inside.tasks; ++task) {
        const std::uint64_t version = inside.stack_versions[task];
        const bool shared =
            before != nullptr && (before->stacks_[task].version == version ||
                                  engine_mutated(EngineMutation::mark_shares_any_stack));
        if (shared) {
            mark.stacks_[task] = before->stacks_[task];
            continue;
        }
        const std::span<std::byte> stack = inside.used_stack(task);
        mark.stacks_[task] = {version, to};
        std::memcpy(to, stack.data(), stack.size());
        to += stack.size();
    }
}

void Execution::rewind(const Mark& mark) {
    Implementation& inside = *implementation_;
    if (!engine_mutated(EngineMutation::rewind_keeps_failure)) {
        inside.failure.reset();
    }
    inside.open_is_known =
        inside.open_is_known && engine_mutated(EngineMutation::rewind_keeps_choices);
    inside.world_is_hashed =
        inside.world_is_hashed && engine_mutated(EngineMutation::rewind_keeps_world_hash);
    if (inside.options.rewind == Rewind::replay) {
        const Schedule schedule = mark.schedule_;
        std::copy(inside.start.begin(), inside.start.end(), inside.arena.begin());
        inside.arena.set_used(inside.start.size());
        inside.schedule.clear();
        inside.start_tasks();
        for (const Choice choice : schedule) {
            inside.step(choice);
        }
        inside.schedule = schedule;
        return;
    }
    inside.arena.set_used(mark.used_);
    // The controls, which tell where each stack ends, lie in the arena.
    std::memcpy(inside.arena.begin(), mark.image_.data(), mark.used_);
    for (unsigned task = 0; task < inside.tasks; ++task) {
        const Mark::Stack& stack = mark.stacks_[task];
        const bool left = task == 0 && engine_mutated(EngineMutation::rewind_leaves_a_stack);
        if (inside.stack_versions[task] != stack.version && !left) {
            const std::span<std::byte> used = inside.used_stack(task);
            std::memcpy(used.data(), stack.bytes, used.size());
            inside.stack_versions[task] = stack.version;
        }
    }
}

// ---- fingerprints

Fingerprint Execution::Implementation::world_fingerprint() const {
    const bool half = engine_mutated(EngineMutation::fingerprint_of_half_the_world);
    XXH128_hash_t hash = XXH3_128bits(arena.begin(), half ? world_end / 2 : world_end);
    const std::size_t heap_bytes = arena.used() - heap_begin;
    if (heap_bytes > 0 && !engine_mutated(EngineMutation::fingerprint_without_heap)) {
        const XXH128_hash_t heap = XXH3_128bits(arena.begin() + heap_begin, heap_bytes);
        const XXH128_hash_t both[2] = {hash, heap};
        hash = XXH3_128bits(both, sizeof(both));
    }
    return {hash.low64, hash.high64};
}

Fingerprint Execution::world_fingerprint() const { return implementation_->world_fingerprint(); }

Fingerprint Execution::last_world_fingerprint() const { return *implementation_->world_print; }

Fingerprint Execution::fingerprint_for_claims() const {
    const ClaimReads& reads = *implementation_->claim_reads;
    return reads.is_part() ? reads.fingerprint() : last_world_fingerprint();
}

Fingerprint Execution::fingerprint() const {
    Implementation& inside = *implementation_;
    *inside.world_print = inside.world_fingerprint();
    inside.world_is_hashed = true;
    XXH128_hash_t hash;
    if (inside.uses_symmetry) {
        inside.sort_alike_tasks();
        const std::span<const std::byte> world = inside.symmetry->world();
        const std::span<const History> histories = inside.symmetry->histories();
        const std::size_t heap_bytes = inside.arena.used() - inside.heap_begin;
        const XXH128_hash_t parts[3] = {
            XXH3_128bits(world.data(), world.size()),
            XXH3_128bits(inside.arena.begin() + inside.heap_begin, heap_bytes),
            XXH3_128bits(histories.data(), histories.size_bytes())};
        hash = XXH3_128bits(parts, sizeof(parts));
    } else {
        const unsigned tasks = engine_mutated(EngineMutation::fingerprint_without_histories) ? 0
                               : engine_mutated(EngineMutation::fingerprint_without_last_task)
                                   ? inside.tasks - 1
                                   : inside.tasks;
        hash = XXH3_128bits(inside.world_print, sizeof(Fingerprint) + tasks * sizeof(History));
    }
    Fingerprint print = {hash.low64, hash.high64};
    // What an assertion looks at need not be observed: the step that breaks it may lead to the same
    // memory as one on another way that did not.
    if (inside.failure && !engine_mutated(EngineMutation::fingerprint_without_failure)) {
        print.low = ~print.low;
    }
    return print;
}

}  // namespace heddle
