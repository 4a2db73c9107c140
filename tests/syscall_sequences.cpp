// SPDX-License-Identifier: Apache-2.0
#include "tests/syscall_sequences.h"

#include <cerrno>
#include <map>
#include <set>

#include "model/pgtable.h"
#include "scenarios/conform/syscall_shrink.h"
#include "scenarios/conform/syscall_text.h"

namespace heddle {

namespace {

constexpr unsigned file_pages = 8;

// A call cuts off at most two pieces, and a move wants some to spare.
constexpr unsigned vmas_per_call = 5;

std::string page_text(const PageView& page) {
    if (!page.mapped) {
        return page.content == absent ? "not mapped" : "not mapped and present";
    }
    std::string text = page.file < 0 ? "anonymous"
                                     : "page " + std::to_string(page.index) + " of file " +
                                           std::to_string(page.file);
    text += page.shared ? ", shared" : "";
    text += page.readable ? (page.writable ? "" : ", read only")
                          : (page.writable ? ", write only" : ", no access");
    text += page.special ? ", special" : "";
    text += page.locked ? ", locked" : "";
    text += page.onfault ? " on fault" : "";
    return text + (page.content == absent         ? ", absent"
                   : page.content == zero_page    ? ", zero page"
                   : page.content == page_of_file ? ", page of the file"
                                                  : ", page of its own");
}

// Which page of the oracle is which of the machine: one to one.
class SamePages {
  public:
    bool match(int expected, int seen) {
        if (expected < first_own_page || seen < first_own_page) {
            return expected == seen;
        }
        return seen_of_.emplace(expected, seen).first->second == seen &&
               expected_of_.emplace(seen, expected).first->second == expected;
    }

  private:
    std::map<int, int> seen_of_;
    std::map<int, int> expected_of_;
};

std::string difference_of_page(const PageView& expected, const PageView& seen,
                               const std::string& which, SamePages& same) {
    const std::string left = page_text(expected);
    const std::string right = page_text(seen);
    if (left != right) {
        return which + ": oracle: " + left + "; model: " + right + "\n";
    }
    return same.match(expected.content, seen.content)
               ? ""
               : which + ": shares its memory with another page than in the oracle\n";
}

std::string process_text(const ProcessView& process) {
    return "VmLck " + std::to_string(process.locked_vm) +
           (process.future_locked ? ", future locked" : "") +
           (process.future_onfault ? " on fault" : "");
}

}  // namespace

SyscallComparison::SyscallComparison(const SyscallWorldSize& size, MakeOracle make_oracle)
    : world_(size), make_oracle_(std::move(make_oracle)) {}

MakeOracle SyscallComparison::oracle_of(const SyscallWorldSize& size,
                                        const SeedDeviations& deviations) {
    return [pages = size.user_pages, deviations] {
        return std::make_unique<SyscallOracle>(pages, file_pages, deviations);
    };
}

std::string SyscallComparison::difference(const SyscallOracle& oracle) const {
    std::string text;
    SamePages same;
    for (unsigned i = 0; i < 2; ++i) {
        const std::string process(1, "AB"[i]);
        const ProcessView& expected = oracle.processes()[i];
        const ProcessView seen = world_.observe(i);
        const std::string left = process_text(expected);
        const std::string right = process_text(seen);
        if (expected.alive && left != right) {
            text.append(process)
                .append(": oracle: ")
                .append(left)
                .append("; model: ")
                .append(right)
                .append("\n");
        }
        unsigned mapped = 0;
        for (unsigned page = 0; page < world_.size().user_pages; ++page) {
            mapped += expected.pages[page].mapped ? 1 : 0;
            text += difference_of_page(expected.pages[page], seen.pages[page],
                                       process + ".page" + std::to_string(page), same);
        }
        if (mapped != world_.total_vm(i)) {
            text += process + ": total_vm is " + std::to_string(world_.total_vm(i)) + " and not " +
                    std::to_string(mapped) + "\n";
        }
    }
    return text;
}

// Of a call that vmas ran out for, pages that are neither as they were nor as they should be.
std::string SyscallComparison::half_done(const SyscallOracle& before,
                                         const SyscallOracle& after) const {
    std::string text;
    for (unsigned i = 0; i < 2; ++i) {
        const ProcessView seen = world_.observe(i);
        for (unsigned page = 0; page < world_.size().user_pages; ++page) {
            const std::string now = page_text(seen.pages[page]);
            const std::string was = page_text(before.processes()[i].pages[page]);
            const std::string is_to_be = page_text(after.processes()[i].pages[page]);
            // Locked, and nothing faulted in for the error.
            PageView not_populated = after.processes()[i].pages[page];
            not_populated.content = before.processes()[i].pages[page].content;
            if (now != was && now != is_to_be && now != page_text(not_populated) &&
                now != page_text({})) {
                text.append(1, "AB"[i]).append(".page").append(std::to_string(page));
                text.append(": was ").append(was).append(", is to be ").append(is_to_be);
                text.append(", and is ").append(now).append("\n");
            }
        }
    }
    return text;
}

bool SyscallComparison::lacks_vmas(const SystemCall& call, const VmaCut& cut) const {
    std::set<int> vmas(cut.vma.begin(), cut.vma.end());
    vmas.erase(-1);
    return world_.vmas_free() < (call.name == SystemCallName::fork ? vmas.size() : vmas_per_call);
}

void SyscallComparison::set_limits(SyscallOracle& oracle, const SyscallSequence& sequence) {
    oracle.processes()[0].limit = sequence.limits.limit;
    oracle.processes()[0].capable = sequence.limits.capable;
    world_.set_limits(sequence.limits);
}

std::string SyscallComparison::compare(const SyscallSequence& sequence) {
    const std::unique_ptr<SyscallOracle> oracle = make_oracle_();
    world_.reset();
    set_limits(*oracle, sequence);
    SyscallSequence done = {sequence.limits, {}};
    std::vector<int> results;
    std::string text;
    bool starved = false;
    for (std::size_t i = 0; i < sequence.calls.size() && text.empty() && !starved; ++i) {
        const SystemCall& call = sequence.calls[i];
        const VmaCut cut = world_.cut(call.process);
        const bool lacks = lacks_vmas(call, cut);
        const SyscallOracle before = *oracle;
        const bool forks = call.name == SystemCallName::fork;
        if (!before.processes()[call.process].alive ||
            (forks && before.processes()[1 - call.process].alive)) {
            continue;
        }
        const int expected = oracle->call(call, cut);
        if (oracle->pages_in_use() > world_.size().pages_usable()) {
            *oracle = before;
            continue;
        }
        const std::optional<int> result = world_.call(call);
        ++calls_;
        done.calls.push_back(call);
        results.push_back(expected);
        std::string differs = difference(*oracle);
        if (result && expected != *result) {
            differs += "oracle: " + error_text(expected) + "; model: " + error_text(*result) + "\n";
        }
        starved = lacks && !differs.empty() && (result == -ENOMEM || result == expected);
        text = world_.what_is_wrong() + (starved ? half_done(before, *oracle) : differs);
    }
    starved_ += starved ? 1 : 0;
    if (text.empty()) {
        world_.drain();
        text = world_.what_is_wrong();
    }
    return text.empty() ? "" : text + scenario_text(done, results, world_.size());
}

SyscallSequence SyscallComparison::shrink(const SyscallSequence& sequence) {
    return shrink_sequence(
        sequence, [this](const SyscallSequence& other) { return !compare(other).empty(); });
}

}  // namespace heddle
