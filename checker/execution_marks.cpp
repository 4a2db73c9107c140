// SPDX-License-Identifier: Apache-2.0
// Marks and fingerprints.
#include <algorithm>
#include <bit>
#include <cstring>

#include "checker/engine_mutations.h"
#include "checker/execution_state.h"
#include "checker/hash.h"

namespace heddle {

// ---- marks
//
// An image begins with the world and the sets of tasks, in a row, then what tasks have allocated,
// then those tasks that no earlier mark has: history, control, stack.

std::size_t Execution::Implementation::task_bytes(unsigned task) const {
    return sizeof(History) + sizeof(Control) + used_stack(task).size();
}

void Execution::Implementation::save_task(unsigned task, std::byte* to) const {
    std::memcpy(to, &histories[task], sizeof(History));
    std::memcpy(to + sizeof(History), &controls[task], sizeof(Control));
    const std::span<std::byte> stack = used_stack(task);
    std::memcpy(to + sizeof(History) + sizeof(Control), stack.data(), stack.size());
}

void Execution::Implementation::restore_task(unsigned task, const std::byte* from) {
    std::memcpy(&histories[task], from, sizeof(History));
    std::memcpy(&controls[task], from + sizeof(History), sizeof(Control));
    const std::span<std::byte> stack = used_stack(task);  // as long as the control says
    std::memcpy(stack.data(), from + sizeof(History) + sizeof(Control), stack.size());
}

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
    const std::size_t shared_bytes = inside.world_end + sizeof(TaskSets);
    mark.heap_bytes_ = inside.arena.used() - inside.heap_begin;
    std::size_t bytes = shared_bytes + mark.heap_bytes_;
    std::uint64_t own = 0;  // the tasks that this mark saves itself
    for (unsigned task = 0; task < inside.tasks; ++task) {
        const bool is_there =
            before != nullptr && (before->tasks_[task].version == inside.task_versions[task] ||
                                  engine_mutated(EngineMutation::mark_shares_any_stack));
        if (is_there) {
            mark.tasks_[task] = before->tasks_[task];
        } else {
            own |= std::uint64_t{1} << task;
            bytes += inside.task_bytes(task);
        }
    }
    if (mark.image_.size() < bytes) {
        mark.image_.resize(bytes);
    }
    std::byte* to = mark.image_.data();
    std::memcpy(to, inside.arena.begin(), shared_bytes);
    to += shared_bytes;
    std::memcpy(to, inside.arena.begin() + inside.heap_begin, mark.heap_bytes_);
    to += mark.heap_bytes_;
    for (; own != 0; own &= own - 1) {
        const auto task = static_cast<unsigned>(std::countr_zero(own));
        mark.tasks_[task] = {inside.task_versions[task], to};
        inside.save_task(task, to);
        to += inside.task_bytes(task);
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
    const std::size_t shared_bytes = inside.world_end + sizeof(TaskSets);
    const std::byte* heap = mark.image_.data() + shared_bytes;
    std::memcpy(inside.arena.begin(), mark.image_.data(), shared_bytes);
    std::memcpy(inside.arena.begin() + inside.heap_begin, heap, mark.heap_bytes_);
    inside.arena.set_used(inside.heap_begin + mark.heap_bytes_);
    for (unsigned task = 0; task < inside.tasks; ++task) {
        const Mark::Task& saved = mark.tasks_[task];
        const bool left = task == 0 && engine_mutated(EngineMutation::rewind_leaves_a_stack);
        if (inside.task_versions[task] != saved.version && !left) {
            inside.restore_task(task, saved.bytes);
            inside.task_versions[task] = saved.version;
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

// The same in every process: numbers of acquisitions are those of this one, so what they stand for
// takes their place.
Fingerprint Execution::Implementation::fingerprint_of(const TaskState& state) const {
    struct {
        TaskState state;
        std::uint64_t held[locks_held_max];
    } known;
    std::memset(&known, 0, sizeof(known));
    std::memcpy(&known.state, &state, sizeof(state));  // with the padding
    for (unsigned i = 0; i < locks_held_max; ++i) {
        known.state.held[i] = 0;
        if (i < state.locks_held) {
            const Acquisition& lock = locks->acquisition(state.held[i]);
            const std::uint64_t what[4] = {reinterpret_cast<std::uintptr_t>(lock.object), lock.bits,
                                           reinterpret_cast<std::uintptr_t>(lock.where.file()),
                                           lock.where.line()};
            known.held[i] = XXH3_64bits(what, sizeof(what));
        }
    }
    const XXH128_hash_t hash = XXH3_128bits(&known, sizeof(known));
    return {hash.low64, hash.high64};
}

// What a task goes on by beside the world, and dead bytes.
Fingerprint Execution::Implementation::fingerprint_of_locals(unsigned task) const {
    const std::span<const std::byte> stack = used_stack(task);
    const Control& control = controls[task];
    const bool relaxes = (relaxing_tasks >> task & 1) != 0 &&
                         !engine_mutated(EngineMutation::locals_without_what_is_watched);
    const Fingerprint context = engine_mutated(EngineMutation::locals_without_context)
                                    ? Fingerprint{}
                                    : fingerprint_of(control.state);
    const XXH128_hash_t parts[4] = {
        XXH3_128bits(stack.data(), engine_mutated(EngineMutation::locals_of_half_the_stack)
                                       ? stack.size() / 2
                                       : stack.size()),
        {context.low, context.high},
        XXH3_128bits(&control.next, is_finished(task) ? 0 : sizeof(control.next)),
        XXH3_128bits(&control.watched, relaxes ? sizeof(control.watched) : 0),
    };
    const XXH128_hash_t all =
        XXH3_128bits_withSeed(parts, sizeof(parts), histories[task].operations == 0 ? 1 : 0);
    return {all.low64, all.high64};
}

Fingerprint Execution::fingerprint_by_stacks() const {
    const Implementation& inside = *implementation_;
    std::vector<Fingerprint> parts = {inside.world_fingerprint()};
    for (unsigned task = 0; task < inside.tasks; ++task) {
        parts.push_back(inside.fingerprint_of_locals(task));
    }
    const XXH128_hash_t hash = XXH3_128bits(parts.data(), parts.size() * sizeof(Fingerprint));
    return {inside.failure ? ~hash.low64 : hash.low64, hash.high64};
}

Fingerprint Execution::world_fingerprint() const { return implementation_->world_fingerprint(); }

Fingerprint Execution::last_world_fingerprint() const { return *implementation_->world_print; }

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
    return {hash.low64, hash.high64};
}

}  // namespace heddle
