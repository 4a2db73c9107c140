// SPDX-License-Identifier: Apache-2.0
// What must hold of pages, lists and counters, with the moments at which it must hold. The letters
// are those of the kernel notes this model follows; README.md tells each with its authority.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "model/invariant_words.h"

namespace heddle {

enum class InvariantMoment {
    always,     // after every step; those about lists only look while lru_lock is free (@lru)
    quiescent,  // Q0: no task is inside any modelled function
    drained,    // Q1: besides, every per-CPU pagevec is empty
    culled      // Q2: besides, each page on an evictable list went through putback_lru_page()
};

// What an invariant is about that not every machine has.
enum class Subject { any, huge_pages, small_pages_only };

struct Invariant {
    const char* id;
    const char* formula;
    InvariantMoment moment;

    // Whether it holds of this_machine(). When it does not and `sides` is given, that becomes the
    // values of both sides; pages are called "page#<number>" there.
    bool (*holds)(std::string* sides);

    // Page flags it reads, as bits, and what else: for reports.
    std::uint64_t flags;
    Words words;

    // Without any it says nothing.
    Subject subject = Subject::any;
};

// Those that are evaluated as claims. Some are reported under the same names from inside a path too
// (A6, A8, D1, H3, H8, L1).
std::span<const Invariant> invariants();

// Names of invariants that only paths report, beside those of invariants().
std::span<const char* const> invariants_of_paths();

// True if no task holds a pin or an isolation: between its system calls it holds none.
bool is_quiescent();

// True if every per-CPU pagevec is empty.
bool is_drained();

}  // namespace heddle
