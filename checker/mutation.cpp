// SPDX-License-Identifier: Apache-2.0
#include "checker/mutation.h"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "checker/arena.h"
#include "checker/sync/task_state.h"

namespace heddle {

namespace {

constexpr unsigned no_switch = switches_max;

const Site* active_site = nullptr;
Rule active_rule = Rule::none;
unsigned active_switch = no_switch;

// Tasks collect, and what tasks allocate is rewound: so the table has its place from the start.
constexpr std::size_t sites_max = 8192;
Site sites[sites_max];
std::size_t sites_used = 0;
constexpr std::size_t slots = 4 * sites_max;
std::uint16_t slot_of_hash[slots];  // the number of a site + 1; 0: none
bool asked[switches_max];
const char* folder_collected = nullptr;

// The tests of a task at one place, for assertion_has_read().
struct RecentTests {
    Where where;
    unsigned count;
    Site* site[8];
};
RecentTests recent[tasks_max];

bool same_place(const Where& one, const Where& other) {
    return one.line() == other.line() && std::strcmp(one.file(), other.file()) == 0 &&
           std::strcmp(one.function(), other.function()) == 0;
}

std::uint64_t bits_of(const Operation& operation) {
    const unsigned unused = 64 - 8U * operation.size;
    return unused == 64 ? 0 : operation.bits << unused >> unused;
}

// Not those on the own stack, which nobody else sees, nor those while a world is built or looked
// at.
bool is_shared(const Operation& operation) {
    return current_task() != no_task && Arena::contains(operation.object);
}

std::size_t hash_of(const Site& site) {
    std::uint64_t hash = site.where.line() * 0x9e3779b97f4a7c15ULL ^ site.bits;
    for (const char* text : {site.name, site.where.file(), site.where.function()}) {
        for (; *text != '\0'; ++text) {
            hash = (hash ^ static_cast<unsigned char>(*text)) * 0x100000001b3ULL;
        }
    }
    return static_cast<std::size_t>(hash ^ hash >> 32) % slots;
}

Site& find_or_add(const Site& site) {
    std::size_t slot = hash_of(site);
    while (slot_of_hash[slot] != 0) {
        Site& known = sites[slot_of_hash[slot] - 1];
        if (same_site(known, site)) {
            return known;
        }
        slot = (slot + 1) % slots;
    }
    assert(sites_used < sites_max && "the table of sites is large enough");
    sites[sites_used] = site;
    slot_of_hash[slot] = static_cast<std::uint16_t>(++sites_used);
    return sites[sites_used - 1];
}

void remember_test(Site& site) {
    RecentTests& tests = recent[current_task()];
    if (!same_place(tests.where, site.where)) {
        tests = {site.where, 0, {}};
    }
    if ((site.rules & rules_of_tests) != 0 && tests.count < std::size(tests.site)) {
        tests.site[tests.count++] = &site;
    }
}

// Whether the path has the folder among its own: it may begin with that of the checkout.
bool is_in(const char* path, const char* folder) {
    const char* found = std::strstr(path, folder);
    return found != nullptr && (found == path || found[-1] == '/');
}

void collect(const Site& site) {
    if (is_in(site.where.file(), folder_collected)) {
        Site& known = find_or_add(site);
        known.executed = true;
        remember_test(known);
    }
}

// The active rule, if this is its site.
Rule rule_at(const Site& site) {
    if (folder_collected != nullptr) {
        collect(site);
    }
    const bool is_active = active_site != nullptr && same_site(*active_site, site) &&
                           (site.rules & only(active_rule)) != 0;
    return is_active ? active_rule : Rule::none;
}

template <class T>
void change(void* object, Change how, std::uint64_t value) {
    T now = {};
    std::memcpy(&now, object, sizeof(now));
    switch (how) {
        case Change::store:
            now = static_cast<T>(value);
            break;
        case Change::add:
            now = static_cast<T>(now + static_cast<T>(value));
            break;
        case Change::set:
            now = static_cast<T>(now | static_cast<T>(value));
            break;
        case Change::clear:
            now = static_cast<T>(now & static_cast<T>(~value));
            break;
    }
    std::memcpy(object, &now, sizeof(now));
}

void change(const HeldBack& held) {
    switch (held.size) {
        case 1:
            change<std::uint8_t>(held.object, held.change, held.value);
            break;
        case 2:
            change<std::uint16_t>(held.object, held.change, held.value);
            break;
        case 4:
            change<std::uint32_t>(held.object, held.change, held.value);
            break;
        default:
            change<std::uint64_t>(held.object, held.change, held.value);
            break;
    }
}

}  // namespace

bool same_site(const Site& one, const Site& other) {
    return one.bits == other.bits && same_place(one.where, other.where) &&
           std::strcmp(one.name, other.name) == 0;
}

void collect_sites(const char* folder) { folder_collected = folder; }

std::span<const Site> collected_sites() { return {sites, sites_used}; }

bool switch_was_asked(unsigned number) { return asked[number]; }

void forget_executions() {
    std::for_each(sites, sites + sites_used, [](Site& site) { site.executed = false; });
    std::fill(asked, asked + switches_max, false);
    std::fill(recent, recent + tasks_max, RecentTests{});
}

void activate(const Site& site, Rule rule) {
    activate_nothing();
    active_site = &site;
    active_rule = rule;
}

void activate_switch(unsigned number) {
    activate_nothing();
    active_switch = number;
}

void activate_nothing() {
    active_site = nullptr;
    active_rule = Rule::none;
    active_switch = no_switch;
}

// ---- what the facade asks

Rule mutation_of(const Operation& operation, RuleSet rules) {
    if (!is_shared(operation)) {
        return Rule::none;
    }
    return rule_at({.name = operation.name,
                    .where = operation.where,
                    .bits = bits_of(operation),
                    .rules = rules,
                    .object = operation.object});
}

bool call_is_dropped(const char* function, Where where) {
    return current_task() != no_task &&
           rule_at({.name = function, .where = where, .rules = only(Rule::skip)}) == Rule::skip;
}

bool switch_is_on(unsigned number) {
    if (current_task() == no_task) {
        return false;
    }
    asked[number] = asked[number] || folder_collected != nullptr;
    return active_switch == number;
}

bool lock_was_dropped(const Operation& release, std::uint64_t bits) {
    return active_rule == Rule::drop_lock && current_task() != no_task &&
           bits_of(release) == active_site->bits && !holds(release.object, bits);
}

void assertion_has_read(Where where) {
    if (folder_collected == nullptr || current_task() == no_task) {
        return;
    }
    RecentTests& tests = recent[current_task()];
    if (same_place(tests.where, where)) {
        for (unsigned i = 0; i < tests.count; ++i) {
            tests.site[i]->is_of_assertion = true;
        }
    }
    tests = {};
}

void hold_back(const Operation& operation, Change change, std::uint64_t value) {
    do_what_is_held_back();
    current_state().held_back = {.object = const_cast<void*>(operation.object),
                                 .value = value,
                                 .size = operation.size,
                                 .change = change,
                                 .is_held = true,
                                 .is_due = false};
}

void do_what_is_held_back() {
    if (current_task() == no_task || !current_state().held_back.is_held) {
        return;
    }
    const HeldBack held = current_state().held_back;
    current_state().held_back = {};
    Operation operation;
    operation.kind = OperationKind::write;
    operation.size = held.size;
    operation.object = held.object;
    operation.bits = active_site->bits;
    operation.name = active_site->name;
    operation.where = active_site->where;
    announce(operation);
    change(held);
}

void before_operation() {
    HeldBack& held = current_state().held_back;
    if (held.is_held && held.is_due) {
        const Operation next = *next_operation;
        do_what_is_held_back();
        *next_operation = next;
    }
    held.is_due = held.is_held;
}

}  // namespace heddle
