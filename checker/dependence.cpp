// SPDX-License-Identifier: Apache-2.0
#include "checker/dependence.h"

#include "checker/arena.h"
#include "checker/engine_mutations.h"

namespace heddle {

namespace {

bool only_reads(OperationKind kind) {
    return kind == OperationKind::read || kind == OperationKind::wait;
}

// What a mutation wrongly takes for operations that commute.
bool is_missed(const Operation& one, const Operation& other) {
    using enum OperationKind;
    return (engine_mutated(EngineMutation::reads_and_writes_commute) && one.kind == read &&
            other.kind == write) ||
           (engine_mutated(EngineMutation::set_and_clear_commute) && one.kind == set &&
            other.kind == clear) ||
           (engine_mutated(EngineMutation::adds_and_reads_commute) && one.kind == add &&
            other.kind == read) ||
           (engine_mutated(EngineMutation::reader_and_writer_commute) && one.shared);
}

bool commute(const Operation& one, const Operation& other) {
    if (only_reads(one.kind) && only_reads(other.kind)) {
        return true;
    }
    if ((one.shared && other.shared) || is_missed(one, other) || is_missed(other, one)) {
        return true;
    }
    const bool same_update = one.kind == OperationKind::add || one.kind == OperationKind::set ||
                             one.kind == OperationKind::clear;
    return same_update && one.kind == other.kind;
}

bool overlap(const void* one, std::size_t one_bytes, const void* other, std::size_t other_bytes) {
    const auto a = reinterpret_cast<std::uintptr_t>(one);
    const auto b = reinterpret_cast<std::uintptr_t>(other);
    return a < b + other_bytes && b < a + one_bytes;
}

bool touches_watched(const Operation& operation, const WatchedWords& words) {
    const bool missed = engine_mutated(EngineMutation::watcher_and_writer_commute);
    for (unsigned i = 0; !missed && i < words.count; ++i) {
        if (!only_reads(operation.kind) &&
            overlap(operation.object, operation.size, arena_address(words.offsets[i]),
                    words.bytes_of(i))) {
            return true;
        }
    }
    return false;
}

}  // namespace

bool conflict(const Operation& one, const Operation& other) {
    if (one.watched != nullptr || other.watched != nullptr) {
        return (one.watched != nullptr && other.object != nullptr &&
                touches_watched(other, *one.watched)) ||
               (other.watched != nullptr && one.object != nullptr &&
                touches_watched(one, *other.watched));
    }
    if (one.object == nullptr || other.object == nullptr) {
        return false;
    }
    if (one.object == other.object && one.size == other.size) {
        return (one.bits & other.bits) != 0 && !commute(one, other);
    }
    return !engine_mutated(EngineMutation::overlap_missed) &&
           overlap(one.object, one.size, other.object, other.size) &&
           !(only_reads(one.kind) && only_reads(other.kind));
}

}  // namespace heddle
