// SPDX-License-Identifier: Apache-2.0
#include "checker/footprints.h"

#include <algorithm>

#include "checker/arena.h"
#include "checker/dependence.h"
#include "checker/engine_mutations.h"

namespace heddle {

namespace {

constexpr std::size_t bits_of_a_word = 64;

void set_in(std::vector<std::uint64_t>& rows, std::size_t width, std::size_t row, Access bit) {
    rows[row * width + bit / bits_of_a_word] |= 1ULL << (bit % bits_of_a_word);
}

bool only_reads(const Operation& operation) {
    return operation.kind == OperationKind::read || operation.kind == OperationKind::wait;
}

std::uint64_t key_of(const Operation& operation) {
    const auto address = reinterpret_cast<std::uintptr_t>(operation.object);
    std::uint64_t key = address * 0x9e3779b97f4a7c15ULL ^ operation.bits;
    key = (key ^ (key >> 31)) * 0xbf58476d1ce4e5b9ULL;
    return key + std::uint64_t{operation.size} * 64 +
           static_cast<std::uint64_t>(operation.kind) * 2 + (operation.shared ? 1U : 0U);
}

bool same(const Operation& one, const Operation& other) {
    return one.object == other.object && one.bits == other.bits && one.size == other.size &&
           one.kind == other.kind && one.shared == other.shared;
}

bool same_bytes(const Operation& one, const Operation& other) {
    const auto a = reinterpret_cast<std::uintptr_t>(one.object);
    const auto b = reinterpret_cast<std::uintptr_t>(other.object);
    return a < b + other.size && b < a + one.size;
}

}  // namespace

Touches touches_of(const Operation* pending) {
    Touches touches;
    if (pending == nullptr) {
        return touches;
    }
    if (pending->watched != nullptr) {
        const WatchedWords& words = *pending->watched;
        for (unsigned i = 0; i < words.count; ++i) {
            Operation read;
            read.object = arena_address(words.offsets[i]);
            read.size = static_cast<std::uint8_t>(words.bytes_of(i));
            touches.of[touches.count++] = read;
        }
    } else if (pending->object != nullptr) {
        touches.of[touches.count++] = *pending;
    }
    return touches;
}

bool Footprints::are_related(const Known& a, const Known& b) const {
    if ((a.own && b.own) ||
        (engine_mutated(EngineMutation::own_objects_met_by_nobody) && (a.own || b.own))) {
        return false;  // of two tasks that own different objects
    }
    const Operation& one = a.operation;
    const Operation& other = b.operation;
    switch (relation_) {
        case Relation::conflict:
            return conflict(one, other);
        case Relation::same_word:
            return same_bytes(one, other) && (!only_reads(one) || !only_reads(other));
        case Relation::touch:
            break;
    }
    return same_bytes(one, other);
}

Access Footprints::access_of(unsigned task, const Operation& done) {
    Known known_as = {done, false};
    if (symmetry_ != nullptr) {
        const Symmetry::Place place = symmetry_->place_of(task, done.object);
        known_as.operation.object = place.object;
        known_as.own = place.own;
    }
    const Operation& operation = known_as.operation;
    const std::uint64_t key = key_of(operation) + (known_as.own ? 1 : 0);
    const auto [begin, end] = by_key_.equal_range(key);
    for (auto known = begin; known != end; ++known) {
        const Known& other = operations_[known->second];
        if (same(other.operation, operation) && other.own == known_as.own) {
            return known->second;
        }
    }
    const auto access = static_cast<Access>(operations_.size());
    if (access == width_ * bits_of_a_word) {
        const std::size_t old_width = width_;
        width_ *= 2;
        for (Rows* rows : {&related_, &futures_, &relied_}) {
            widen(*rows, old_width);
        }
    }
    operations_.push_back(known_as);
    by_key_.emplace(key, access);
    related_.resize(related_.size() + width_);
    for (Access other = 0; other <= access; ++other) {
        if (are_related(known_as, operations_[other])) {
            set_in(related_, width_, access, other);
            set_in(related_, width_, other, access);
        }
    }
    return access;
}

void Footprints::widen(Rows& rows, std::size_t old_width) const {
    Rows wide(rows.size() * 2);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        wide[i / old_width * width_ + i % old_width] = rows[i];
    }
    rows = std::move(wide);
}

Accesses Footprints::accesses_of(unsigned task, const Touches& touches) {
    Accesses accesses;
    accesses.count = engine_mutated(EngineMutation::footprint_of_first_watched_word)
                         ? std::min(touches.count, 1U)
                         : touches.count;
    for (unsigned i = 0; i < accesses.count; ++i) {
        accesses.of[i] = access_of(task, touches.of[i]);
    }
    return accesses;
}

// Adds the future of `from` to that of `into`, and looks whether somebody relied on the contrary.
void Footprints::learn(LocalState into, LocalState from) {
    std::uint64_t* to = futures_.data() + into * width_;
    const std::uint64_t* of = futures_.data() + from * width_;
    bool grown = false;
    for (std::size_t i = 0; i < width_; ++i) {
        std::uint64_t news = of[i] & ~to[i];
        to[i] |= news;
        grown = grown || news != 0;
        for (; news != 0 && !was_wrong_; news &= news - 1) {
            const auto bit = static_cast<std::size_t>(__builtin_ctzll(news));
            was_wrong_ = meet(relied_, into, related_, i * bits_of_a_word + bit);
        }
    }
    if (grown) {
        ++version_;
        grown_.push_back(into);
    }
}

void Footprints::add(const LocalStep& step, const Touches& pending) {
    if (!steps_.insert(key_of_step(step)).second) {
        return;
    }
    const LocalState last = step.from == no_local_state ? step.to : std::max(step.from, step.to);
    if (last >= states_.size()) {
        states_.resize(last + std::size_t{1});
        futures_.resize(states_.size() * width_);
        relied_.resize(states_.size() * width_);
    }
    if (!states_[step.to].is_known) {
        const Accesses accesses = accesses_of(step.task, pending);
        states_[step.to].pending = accesses;
        states_[step.to].is_known = true;
        const bool left_out = engine_mutated(EngineMutation::footprint_without_pending);
        for (const Access access : left_out ? Accesses() : accesses) {
            set_in(futures_, width_, step.to, access);
        }
    }
    if (step.from == no_local_state) {
        return;
    }
    edges_.push_back({step.from, states_[step.to].predecessors});
    states_[step.to].predecessors = static_cast<std::uint32_t>(edges_.size() - 1);
    learn(step.from, step.to);
    while (!grown_.empty()) {
        const LocalState state = grown_.back();
        grown_.pop_back();
        const bool kept = engine_mutated(EngineMutation::footprint_not_handed_back);
        for (std::uint32_t edge = states_[state].predecessors; edge != no_edge && !kept;
             edge = edges_[edge].next) {
            learn(edges_[edge].from, state);
        }
    }
}

bool Footprints::rely(LocalState state, Access access) {
    std::uint64_t& word = relied_[state * width_ + access / bits_of_a_word];
    const std::uint64_t before = word;
    word |= 1ULL << (access % bits_of_a_word);
    return word != before;
}

void Footprints::forget_what_was_relied_on() {
    std::fill(relied_.begin(), relied_.end(), 0);
    was_wrong_ = false;
}

}  // namespace heddle
