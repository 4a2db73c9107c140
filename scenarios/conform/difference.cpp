// SPDX-License-Identifier: Apache-2.0
#include "scenarios/conform/difference.h"

#include <fmt/format.h>

#include <algorithm>

#include "scenarios/conform/sequence_text.h"
#include "scenarios/conform/syscall_text.h"

namespace heddle {

namespace {

SyscallSequence calls_of(const SideRun& run, const ProcessLimits& limits) {
    SyscallSequence sequence = {limits, {}};
    for (const SideStep& step : run.steps) {
        sequence.calls.push_back(step.call);
    }
    return sequence;
}

unsigned zero_pages_of(const SideState& state) {
    unsigned count = 0;
    for (const ProcessState& process : state) {
        for (const MappingView& mapping : process.mappings) {
            count += mapping.zero_pages;
        }
    }
    return count;
}

std::string mapping_text(const MappingView& mapping) {
    std::string text = fmt::format("{}-{} {}{}{}", mapping.first, mapping.first + mapping.pages,
                                   mapping.readable ? 'r' : '-', mapping.writable ? 'w' : '-',
                                   mapping.shared ? 's' : 'p');
    text += mapping.file < 0 ? "" : fmt::format(" {}+{}", "fg"[mapping.file], mapping.index);
    text += mapping.locked ? fmt::format(" lo Locked {} kB", mapping.locked_kb) : "";
    return text + (mapping.onfault ? " lf" : "");
}

std::string row(const std::string& what, const std::string& model, const std::string& host) {
    return fmt::format("{:<38} {:<28} {}\n", what, model, host);
}

// The mappings of one process, side by side: those at the same place in one line.
std::string mappings_text(char process, const ProcessState& model, const ProcessState& host) {
    std::string text;
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < model.mappings.size() || j < host.mappings.size()) {
        const bool left =
            i < model.mappings.size() &&
            (j == host.mappings.size() || model.mappings[i].first <= host.mappings[j].first);
        const bool right =
            j < host.mappings.size() &&
            (i == model.mappings.size() || host.mappings[j].first <= model.mappings[i].first);
        text +=
            row(fmt::format("  pages of {}", process), left ? mapping_text(model.mappings[i]) : "",
                right ? mapping_text(host.mappings[j]) : "");
        i += left ? 1 : 0;
        j += right ? 1 : 0;
    }
    return text;
}

}  // namespace

void forget_onfault(SideState& state) {
    for (ProcessState& process : state) {
        for (MappingView& mapping : process.mappings) {
            mapping.onfault = false;
        }
    }
}

Comparison compare_sides(const SyscallSequence& sequence, ConformSide& model, ConformSide& host,
                         bool onfault) {
    SideRun ours = model.run(sequence);
    const SyscallSequence made = calls_of(ours, sequence.limits);
    Comparison comparison;
    if (!ours.broken.empty()) {
        comparison.broken = ours.broken + "  after " + sequence_text(sequence);
        return comparison;
    }
    SideRun theirs = host.run(made);
    SideState before;
    before[0].alive = true;
    unsigned zero_pages = 0;
    // The host leaves out what it cannot do after a fork of its own has failed.
    for (std::size_t i = 0; i < std::min(ours.steps.size(), theirs.steps.size()); ++i) {
        SideStep& left = ours.steps[i];
        SideStep& right = theirs.steps[i];
        if (!onfault) {
            forget_onfault(left.state);
            forget_onfault(right.state);
        }
        ++comparison.calls;
        zero_pages = std::max(zero_pages, zero_pages_of(left.state));
        if (left.result != right.result || left.state != right.state) {
            SyscallSequence part = made;
            part.calls.resize(i + 1);
            comparison.differences.push_back({part, before, left, right, zero_pages});
        }
        if (left.state != right.state) {
            break;
        }
        before = left.state;
    }
    return comparison;
}

std::string difference_text(const Difference& difference) {
    std::string text = row("", "model", "host");
    SyscallSequence head = difference.sequence;
    head.calls.clear();
    const std::string limits = sequence_text(head);
    text += limits.empty() ? "" : "  " + limits + "\n";
    for (std::size_t i = 0; i + 1 < difference.sequence.calls.size(); ++i) {
        text += "  " + call_text(difference.sequence.calls[i]) + "\n";
    }
    text += row("  " + call_text(difference.call()), error_text(difference.model.result),
                error_text(difference.host.result));
    for (unsigned i = 0; i < 2; ++i) {
        const ProcessState& model = difference.model.state[i];
        const ProcessState& host = difference.host.state[i];
        if (model.locked_pages != host.locked_pages) {
            text += row(fmt::format("  VmLck of {}", "AB"[i]),
                        fmt::format("{} kB", model.locked_pages * 4),
                        fmt::format("{} kB", host.locked_pages * 4));
        }
        if (model.mappings != host.mappings) {
            text += mappings_text("AB"[i], model, host);
        }
    }
    return text;
}

}  // namespace heddle
