// SPDX-License-Identifier: Apache-2.0
#include "scenarios/steps.h"

#include <algorithm>
#include <optional>

#include "model/describe.h"
#include "model/mlock.h"
#include "model/mm_inline.h"
#include "model/swap.h"
#include "model/vmscan.h"
#include "scenarios/huge_steps.h"
#include "scenarios/migration_steps.h"
#include "scenarios/page_steps.h"
#include "scenarios/reclaim_steps.h"
#include "scenarios/shm_steps.h"
#include "scenarios/step_result.h"
#include "scenarios/syscall_steps.h"
#include "scenarios/truncate_steps.h"
#include "scenarios/world_builder.h"

namespace heddle {

struct page* first_page(const StepArguments& arguments) {
    return pfn_to_page(arguments.pages[0]);
}

namespace {

constexpr StepKind kinds[] = {
    {"__munlock_pagevec", "P", "munlocks a batch; consumes the pins", run_munlock_pagevec, true},
    {"munlock_vma_page", "p", "lock_page, munlock_vma_page, unlock_page", run_munlock_vma_page,
     true},
    {"follow_page_pte", "vp", "with FOLL_MLOCK: mlock_vma_page if the vma is locked",
     run_follow_page_pte, false},
    {"clear_page_mlock", "p", "as by the last unmap", on_page<clear_page_mlock>, true},
    {"isolate_lru_page", "p", "takes the page off its list if it is on one", run_isolate_lru_page,
     true},
    {"isolate_lru_pages", "zln", "takes up to n pages off a zone's list, as reclaim does",
     run_isolate_lru_pages, false},
    {"shrink_inactive_list", "zin", "reclaims up to n pages of an inactive list",
     run_shrink_inactive_list, false},
    {"shrink_active_list", "zan", "moves up to n pages of an active list to the inactive one",
     run_shrink_active_list, false},
    {"kswapd", "z", "one round over the lists of the node's zones up to this one", run_kswapd,
     false},
    {"putback_lru_page", "o", "puts back those of the pages (or all) that the task has isolated",
     run_putback, false},
    {"lru_cache_add", "p", "adds a page that is on no list", on_page<lru_cache_add>, true},
    {"lru_add_drain", "", "empties the pagevecs of the task's CPU", run_lru_add_drain, false},
    {"lru_add_drain_all", "", "empties the pagevecs of all CPUs by their workers",
     run_lru_add_drain_all, false},
    {"activate_page", "p", "moves a page to its active list", on_page<activate_page>, true},
    {"deactivate_page", "p", "moves a page to its inactive list", on_page<deactivate_page>, true},
    {"deactivate_file_page", "p", "the same for a clean page not mapped",
     on_page<deactivate_file_page>, true},
    {"mark_page_accessed", "p", "as by a read of the page", on_page<mark_page_accessed>, true},
    {"rotate_reclaimable_page", "p", "end of writeback; interrupts may call it",
     on_page<rotate_reclaimable_page>, false},
    {"put_page", "p", "drops the task's pin", run_put_page, true},
    {"zap_pte_range", "vp", "unmaps the page from the vma", run_zap_pte_range, false},
    {"shmctl", "csr", "SHM_LOCK or SHM_UNLOCK of a segment", run_shmctl, false},
    {"shm_destroy", "sr", "shmctl IPC_RMID of a segment that nobody has attached", run_shm_destroy,
     false},
    {"newseg", "sr", "shmget of a huge segment, which is charged to the task's user", run_newseg,
     false},
    {"shmem_uncharge", "s", "a split takes pages off the file's account, under its tree_lock",
     run_shmem_uncharge, false},
    {"split_huge_page", "p", "lock_page, split_huge_page, unlock_page, if it is a part of one",
     run_split_huge_page, true},
    {"__split_huge_page_refcount", "vp", "the split of v3.13, of a page that only this vma maps",
     run_split_huge_page_refcount, false, true},
    {"khugepaged", "v", "collapses the small pages of the vma's first place for a huge page",
     run_khugepaged, false, true},
    {"do_huge_pmd_numa_page", "v", "NUMA balancing moves the huge page at the vma's start",
     run_numa_fault, false, true},
    {"retract_page_tables", "p", "frees the page tables of those who map the file there",
     run_retract_page_tables, false},
    {"deferred_split_scan", "z", "splits huge pages of the zone's node that are partly unmapped",
     run_deferred_split_scan, false, true},
    {"truncate", "fe", "makes a file shorter: as many pages as said, or none", run_truncate, false},
    {"test_clear_page_writeback", "p", "end of writeback; interrupts may call it",
     run_test_clear_page_writeback, false},
    {"migrate_pages", "P", "isolates the pages and moves them to new ones; consumes the pins",
     run_migrate_pages, true},
    {"ksm", "ww", "ksmd merges the first page of a vma with that of another, if they are alike",
     run_ksm, false},
    {"memory_failure", "pr", "the memory of the page is broken; consumes the pin",
     run_memory_failure, true},
    {"compact", "zy", "isolates what it can of a zone, without references, and moves it",
     run_compact, false},
};

// Reads a step's arguments word by word.
class StepReader {
  public:
    StepReader(const ScenarioWords& words, const TaskWords& task, const StepWords& step)
        : words_(words), task_(task), step_(step) {}

    std::variant<PreparedStep, FileError> read() {
        const Word& function = step_.words[0];
        const auto* kind =
            std::find_if(std::begin(kinds), std::end(kinds),
                         [&function](const StepKind& row) { return function.text == row.name; });
        if (kind == std::end(kinds)) {
            return wrong(function, "unknown function '" + function.text + "' in a step; expected " +
                                       known_functions());
        }
        if (kind->needs_huge_pages && !has_huge_pages(words_)) {
            return wrong(function, function.text + " needs a [[page]] or a [[vma]] with 'huge'; " +
                                       "this machine has none");
        }
        for (const char* parameter = kind->parameters; *parameter != '\0'; ++parameter) {
            if (std::optional<FileError> error = read(*parameter, *kind)) {
                return *error;
            }
        }
        if (next_ < step_.words.size()) {
            return wrong(step_.words[next_], "'" + step_.words[next_].text + "' is one word too " +
                                                 "many for " + kind->name + "; expected " +
                                                 usage(*kind));
        }
        return PreparedStep([kind, arguments = arguments_] { kind->run(arguments); });
    }

  private:
    FileError wrong(const Word& word, const std::string& message) const {
        return {words_.file, word.place, message};
    }

    static std::string known_functions() {
        std::string names;
        for (const StepKind& kind : kinds) {
            names += std::string(names.empty() ? "one of: " : ", ") + kind.name;
        }
        return names;
    }

    static std::string usage(const StepKind& kind) {
        std::string text = kind.name;
        for (const char* parameter = kind.parameters; *parameter != '\0'; ++parameter) {
            text += *parameter == 'p'   ? " PAGE"
                    : *parameter == 'P' ? " PAGE..."
                    : *parameter == 'o' ? " [PAGE...]"
                    : *parameter == 'v' ? " VMA"
                    : *parameter == 'w' ? " VMA"
                    : *parameter == 'z' ? " ZONE"
                    : *parameter == 'l' ? " LIST"
                    : *parameter == 'c' ? " SHM_LOCK|SHM_UNLOCK"
                    : *parameter == 's' ? " SEGMENT"
                    : *parameter == 'r' ? " [-> RESULT]"
                    : *parameter == 'i' ? " INACTIVE_LIST"
                    : *parameter == 'a' ? " ACTIVE_LIST"
                    : *parameter == 'y' ? " [async]"
                    : *parameter == 'f' ? " MAPPING"
                    : *parameter == 'e' ? " [PAGES]"
                                        : " COUNT";
        }
        return "'" + text + "'";
    }

    std::optional<FileError> read(char parameter, const StepKind& kind) {
        if (parameter == 'o' || parameter == 'P') {
            const std::size_t first = next_;
            while (next_ < step_.words.size()) {
                if (std::optional<FileError> error = read_page(kind)) {
                    return error;
                }
            }
            return parameter == 'o' ? std::nullopt : check_batch(first, kind);
        }
        if (parameter == 'r') {
            return read_result();
        }
        if (parameter == 'y') {
            arguments_.async = next_ < step_.words.size() && step_.words[next_].text == "async";
            next_ += arguments_.async ? 1 : 0;
            return std::nullopt;
        }
        if (parameter == 'e' && next_ == step_.words.size()) {
            return std::nullopt;
        }
        if (next_ == step_.words.size()) {
            return wrong(step_.words[0], "an argument is missing; expected " + usage(kind));
        }
        if (parameter == 'p') {
            return read_page(kind);
        }
        const Word& word = step_.words[next_++];
        switch (parameter) {
            case 'v':
                return look_up(word, index_of(words_.vmas, word.text), "a [[vma]]", arguments_.vma);
            case 'w':
                return read_address(word);
            case 'c':
                return look_up(word, shmctl_command_of(word.text),
                               "a command, SHM_LOCK or SHM_UNLOCK", arguments_.command);
            case 's':
                return read_segment(word, kind);
            case 'f':
                return read_file(word);
            case 'e':
                return read_number(word, 0, page_tree_max - 1, arguments_.count);
            case 'l':
                return look_up(word, lru_list_of(word.text), "an LRU list such as inactive_anon",
                               arguments_.list);
            case 'i':
                return look_up(word, list_of_kind(word, false), "an inactive list",
                               arguments_.list);
            case 'a':
                return look_up(word, list_of_kind(word, true), "an active list", arguments_.list);
            case 'z':
                return read_number(word, 0, words_.machine.nodes * words_.machine.zones - 1,
                                   arguments_.zone);
            default:
                return read_number(word, 1, pages_max, arguments_.count);
        }
    }

    static int list_of_kind(const Word& word, bool active) {
        const int list = lru_list_of(word.text);
        const bool is_that = list >= 0 && list != LRU_UNEVICTABLE &&
                             is_active_lru(static_cast<lru_list>(list)) == active;
        return is_that ? list : -1;
    }

    std::optional<FileError> look_up(const Word& word, int index, const std::string& expected,
                                     unsigned& value) const {
        if (index < 0) {
            return wrong(word, "'" + word.text + "': expected the name of " + expected);
        }
        value = static_cast<unsigned>(index);
        return std::nullopt;
    }

    std::optional<FileError> read_number(const Word& word, unsigned low, unsigned high,
                                         unsigned& value) const {
        const bool digit = word.text.size() == 1 && word.text[0] >= '0' && word.text[0] <= '9';
        value = digit ? static_cast<unsigned>(word.text[0] - '0') : high + 1;
        if (value < low || value > high) {
            return wrong(word, "'" + word.text + "': expected a number from " +
                                   std::to_string(low) + " to " + std::to_string(high));
        }
        return std::nullopt;
    }

    std::optional<FileError> read_address(const Word& word) {
        unsigned vma = 0;
        if (auto error = look_up(word, index_of(words_.vmas, word.text), "a [[vma]]", vma)) {
            return error;
        }
        if (words_.vmas[vma].process.text.empty() || has_huge_pages(words_)) {
            return wrong(word, "'" + word.text + "': expected a vma of a process, and a machine " +
                                   "without huge pages");
        }
        const auto mm = index_of(words_.processes, words_.vmas[vma].process.text);
        arguments_.addresses.push_back({static_cast<unsigned>(mm), words_.vmas[vma].start});
        return std::nullopt;
    }

    std::optional<FileError> read_segment(const Word& word, const StepKind& kind) {
        if (std::optional<FileError> error = look_up(word, index_of(words_.segments, word.text),
                                                     "a [[segment]]", arguments_.segment)) {
            return error;
        }
        const auto message = wrong_segment(kind, task_, words_.segments[arguments_.segment]);
        return message ? std::optional(wrong(word, *message)) : std::nullopt;
    }

    std::optional<FileError> read_file(const Word& word) {
        if (std::optional<FileError> error = look_up(word, index_of(words_.mappings, word.text),
                                                     "a [[mapping]]", arguments_.mapping)) {
            return error;
        }
        const auto message = wrong_file(words_, word.text);
        return message ? std::optional(wrong(word, *message)) : std::nullopt;
    }

    // "-> -ENOMEM" behind a call.
    std::optional<FileError> read_result() {
        if (next_ == step_.words.size() || step_.words[next_].text != "->") {
            return std::nullopt;
        }
        const Word& word = step_.words[std::min(next_ + 1, step_.words.size() - 1)];
        next_ += 2;
        arguments_.result = result_of(word.text);
        return arguments_.result
                   ? std::nullopt
                   : std::optional(wrong(
                         word, "'" + word.text + "': expected a result, such as 0 or -ENOMEM"));
    }

    std::optional<FileError> read_page(const StepKind& kind) {
        const Word& word = step_.words[next_++];
        unsigned pfn = 0;
        if (std::optional<FileError> error =
                look_up(word, index_of(words_.pages, word.text), "a [[page]]", pfn)) {
            return error;
        }
        arguments_.pages.push_back(pfn);
        // References to a tail are held at its head.
        unsigned head = pfn;
        while (words_.pages[head].tail) {
            --head;
        }
        const std::vector<Word>& pins = words_.pages[head].pinned_by;
        const bool pinned = std::any_of(pins.begin(), pins.end(), [this](const Word& task) {
            return task.text == task_.name.text;
        });
        if (kind.needs_pins && !pinned) {
            return wrong(word, std::string(kind.name) + " needs a reference: task '" +
                                   task_.name.text + "' is not among pinned_by of page '" +
                                   word.text + "'");
        }
        return std::nullopt;
    }

    std::optional<FileError> check_batch(std::size_t first, const StepKind& kind) const {
        if (arguments_.pages.empty()) {
            return wrong(step_.words[0], "an argument is missing; expected " + usage(kind));
        }
        if (arguments_.pages.size() > words_.machine.pagevec_size) {
            return wrong(step_.words[first + words_.machine.pagevec_size],
                         "a batch has at most pagevec_size = " +
                             std::to_string(words_.machine.pagevec_size) + " pages");
        }
        const unsigned zone = words_.pages[arguments_.pages[0]].zone;
        for (std::size_t i = 1; i < arguments_.pages.size(); ++i) {
            const unsigned pfn = arguments_.pages[i];
            if (words_.pages[pfn].zone != zone ||
                std::count(arguments_.pages.begin(), arguments_.pages.end(), pfn) > 1) {
                return wrong(step_.words[first + i], "a batch has different pages of one zone; '" +
                                                         words_.pages[pfn].name.text +
                                                         "' is in another or comes twice");
            }
        }
        return std::nullopt;
    }

    const ScenarioWords& words_;
    const TaskWords& task_;
    const StepWords& step_;
    std::size_t next_ = 1;
    StepArguments arguments_;
};

}  // namespace

std::span<const StepKind> step_kinds() { return kinds; }

std::variant<PreparedStep, FileError> prepare_step(const ScenarioWords& words,
                                                   const TaskWords& task, const StepWords& step) {
    return is_syscall(step) ? prepare_syscall(words, task, step)
                            : StepReader(words, task, step).read();
}

bool needs_workers(const StepWords& step) {
    return step.words[0].text == "lru_add_drain_all" || step.words[0].text == "memory_failure" ||
           syscall_needs_workers(step);
}

}  // namespace heddle
