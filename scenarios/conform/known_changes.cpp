// SPDX-License-Identifier: Apache-2.0
#include "scenarios/conform/known_changes.h"

#include <algorithm>
#include <cerrno>
#include <functional>

namespace heddle {

namespace {

using enum SystemCallName;

// ---- what a difference is about

const MappingView* mapping_at(const ProcessState& state, std::uint64_t page) {
    for (const MappingView& mapping : state.mappings) {
        if (mapping.first <= page && page < mapping.first + mapping.pages) {
            return &mapping;
        }
    }
    return nullptr;
}

const ProcessState& caller_before(const Difference& difference) {
    return difference.before[difference.call().process];
}

const MappingView* mapping_at_start(const Difference& difference) {
    return mapping_at(caller_before(difference), difference.call().start / page_bytes);
}

// Mappings that could be one are made one.
std::vector<MappingView> joined(const std::vector<MappingView>& mappings) {
    std::vector<MappingView> result;
    for (MappingView mapping : mappings) {
        if (!result.empty()) {
            MappingView& last = result.back();
            MappingView next = mapping;
            next.first = last.first;
            next.pages = last.pages;
            next.locked_kb = last.locked_kb;
            next.index -= mapping.file < 0 ? 0 : last.pages;
            if (last.first + last.pages == mapping.first && next == last) {
                last.pages += mapping.pages;
                last.locked_kb += mapping.locked_kb;
                continue;
            }
        }
        result.push_back(mapping);
    }
    return result;
}

// Whether all is the same but where vmas begin and end, and `same` of mappings that are joined.
template <class Same>
bool differ_in_vmas_only(const Difference& difference, Same same) {
    for (unsigned i = 0; i < 2; ++i) {
        const ProcessState& model = difference.model.state[i];
        const ProcessState& host = difference.host.state[i];
        const std::vector<MappingView> ours = joined(model.mappings);
        const std::vector<MappingView> theirs = joined(host.mappings);
        if (model.locked_pages != host.locked_pages ||
            !std::equal(ours.begin(), ours.end(), theirs.begin(), theirs.end(), same)) {
            return false;
        }
    }
    return difference.model.result == difference.host.result;
}

bool are_same_but_for_locked(MappingView model, const MappingView& host) {
    model.locked_kb = host.locked_kb;
    return model == host;
}

// ---- the table

bool is_merged_further(const Difference& difference) {
    const SideState& model = difference.model.state;
    const SideState& host = difference.host.state;
    return host[0].mappings.size() <= model[0].mappings.size() &&
           host[1].mappings.size() <= model[1].mappings.size() &&
           differ_in_vmas_only(difference, std::equal_to<>());
}

bool has_looked_first(const Difference& difference) {
    return difference.call().name == mremap && difference.host.result == -EFAULT &&
           difference.host.state == difference.before && mapping_at_start(difference) == nullptr;
}

bool refuses_to_duplicate(const Difference& difference) {
    const MappingView* mapping = mapping_at_start(difference);
    return difference.call().name == mremap && page_round_up(difference.call().len) == 0 &&
           mapping != nullptr && !mapping->shared && difference.host.result == -EINVAL;
}

bool moves_several(const Difference& difference) {
    const SystemCall& call = difference.call();
    const MappingView* mapping = mapping_at_start(difference);
    return call.name == mremap && call.new_start != call.start &&
           page_round_up(call.len) == page_round_up(call.new_len) && mapping != nullptr &&
           (mapping->first + mapping->pages) * page_bytes < call.start + page_round_up(call.len) &&
           difference.model.result == -EFAULT;
}

bool refuses_length(const Difference& difference) {
    const SystemCall& call = difference.call();
    return call.name == mremap && call.new_len > user_pages_max * page_bytes &&
           difference.host.result == -EINVAL && difference.host.state == difference.before;
}

// The limit counts what is to be unmapped, and of two errors it is the other.
bool checks_first(const Difference& difference) {
    const SystemCall& call = difference.call();
    const int model = difference.model.result;
    const int host = difference.host.result;
    return call.name == mremap && call.new_start != call.start &&
           difference.host.state == difference.before && host < 0 &&
           (host == model || (host == -EAGAIN && model == 0) ||
            (host == -EFAULT && model == -EINVAL));
}

// The old length is so large that its sum wraps, and no overlap is seen: with the place to move to
// goes what is to be moved.
bool has_unmapped_its_own(const Difference& difference) {
    const SystemCall& call = difference.call();
    return call.name == mremap && call.new_start <= call.start &&
           call.start < call.new_start + page_round_up(call.new_len) &&
           difference.model.result == -EINVAL && difference.host.result == -EFAULT &&
           difference.model.state == difference.host.state;
}

// What is populated lies in vmas that nobody may access, and that need not be populated.
bool passes_over_onfault(const Difference& difference) {
    const SystemCall& call = difference.call();
    const ProcessState& after = difference.model.state[call.process];
    const bool is_there = std::any_of(
        after.mappings.begin(), after.mappings.end(),
        [](const MappingView& view) { return view.onfault && !view.readable && !view.writable; });
    return call.name == mlock2 && call.flags == 1 && is_there &&
           difference.model.result == -ENOMEM && difference.host.result == 0 &&
           difference.model.state == difference.host.state;
}

// A page of a file that is locked may come into a table, or into one more, before its time.
bool is_mapped_around(const Difference& difference) {
    return differ_in_vmas_only(difference, [](const MappingView& model, const MappingView& host) {
        return model == host || (model.file >= 0 && host.locked_kb <= 4 * host.pages &&
                                 are_same_but_for_locked(model, host));
    });
}

// Who has a page of his own instead has an anon_vma, too, by which vmas are told apart.
bool has_no_zero_page(const Difference& difference) {
    const unsigned slack = 4 * difference.zero_pages;
    return slack > 0 && differ_in_vmas_only(difference, [slack](const MappingView& model,
                                                                const MappingView& host) {
               return are_same_but_for_locked(model, host) && host.locked_kb >= model.locked_kb &&
                      host.locked_kb <= model.locked_kb + slack;
           });
}

constexpr KnownChange table[] = {
    {"mremap-looks-first", "v5.16",
     "550a7d60bd5e \"mm, hugepages: add mremap() support for hugepage backed vma\"",
     "mremap() of an address without a vma is EFAULT before anything is unmapped, also in place "
     "with the same or a smaller length",
     "A mremap 0 1 1 0", 0, -EFAULT, has_looked_first},
    {"mremap-duplicates-shared-only", "v4.14",
     "dba58d3b8c50 \"mm/mremap: fail map duplication attempts for private mappings\"",
     "mremap() with an old length of 0 is EINVAL for a private mapping",
     "A mmap 0 1; A mremap 0 0 1 4", 0, -EINVAL, refuses_to_duplicate},
    {"vmas-merged-further", "v6.16",
     "879bca0a2c4f \"mm/vma: fix incorrectly disallowed anonymous VMA merges\"",
     "vmas that are alike are merged where one of them has no anonymous pages yet",
     "A mmap 0 2; A mlock 0 1; A munlock 0 1", 0, 0, is_merged_further},
    {"mremap-moves-several", "v6.17",
     "d23cb648e365 \"mm/mremap: permit mremap() move of multiple VMAs\"",
     "mremap() moves a range of several vmas, or one that ends in a hole, if its length stays",
     "A mmap 0 1; A mremap 0 2 2 4", -EFAULT, 0, moves_several},
    {"mremap-refuses-length", "v6.17",
     "3215eaceca87 \"mm/mremap: refactor initial parameter sanity checks\"",
     "mremap() to a length above that of the address space is EINVAL before anything else",
     "A mremap 0 -1 -1 0", 0, -EINVAL, refuses_length},
    {"mremap-checks-first", "v6.17", "a85dc37186a5 \"mm/mremap: check remap conditions earlier\"",
     "an mremap() that fails leaves mapped what it was to move to, and its own tail",
     "A mmap 2 2; A mremap 3 3 2 1", -EFAULT, -EFAULT, checks_first},
    {"mremap-looks-again", "unknown",
     "commit not determined, in the rework of mm/mremap.c up to v6.17",
     "mremap() that has unmapped its own start is EFAULT, not EINVAL for the tail it cannot unmap",
     "A mmap 2 2; A mremap 2 -1 2 1", -EINVAL, -EFAULT, has_unmapped_its_own},
    {"onfault-is-not-populated", "v5.18",
     "b67bf49ce7aa \"mm/munlock: delete FOLL_MLOCK and FOLL_POPULATE\"",
     "mlock2(MLOCK_ONFAULT) does not look whether the memory may be accessed",
     "A mmap 0 1; A mprotect 0 1; A mlock2 0 1 onfault", -ENOMEM, 0, passes_over_onfault},
    {"fault-around", "v3.15", "8c6e50b0290c \"mm: introduce vm_ops->map_pages()\"",
     "a read of a file maps what is cached around it as well: left out of the model",
     "A mmap 0 2 shared f+0; A fork B; A mlock 0 1; B touch 1", 0, 0, is_mapped_around},
    {"no-zero-page", "unknown", "no commit known",
     "a read of anonymous memory gets a page of its own, not the zero page, and Locked counts it",
     "A mmap 0 1 read_only; A mlock 0 1", 0, 0, has_no_zero_page},
};

}  // namespace

std::span<const KnownChange> known_changes() { return table; }

const KnownChange* explanation_of(const Difference& difference) {
    const auto* found = std::find_if(std::begin(table), std::end(table), [&](const auto& change) {
        return change.explains(difference);
    });
    return found == std::end(table) ? nullptr : found;
}

}  // namespace heddle
