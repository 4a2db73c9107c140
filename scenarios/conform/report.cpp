// SPDX-License-Identifier: Apache-2.0
#include "scenarios/conform/report.h"

#include <fmt/format.h>
#include <sys/utsname.h>

#include <algorithm>

#include "scenarios/conform/sequence_text.h"
#include "scenarios/conform/syscall_text.h"

namespace heddle {

namespace {

std::string name_of_call(SystemCallName name) {
    SystemCall call;
    call.name = name;
    const std::string text = step_text(call);
    return text.substr(0, text.find(' '));
}

std::string limit_text(const HostFacts& facts) {
    return facts.limit_max == unlimited
               ? "RLIMIT_MEMLOCK can be any"
               : fmt::format("RLIMIT_MEMLOCK up to {} kB", facts.limit_max * page_bytes / 1024);
}

nlohmann::ordered_json json_of(const Difference& difference) {
    nlohmann::ordered_json calls = nlohmann::ordered_json::array();
    for (const SystemCall& call : difference.sequence.calls) {
        calls.push_back(call_text(call));
    }
    return {{"sequence", sequence_text(difference.sequence)},
            {"calls", calls},
            {"model", error_text(difference.model.result)},
            {"host", error_text(difference.host.result)},
            {"text", difference_text(difference)}};
}

// The table; how many differences it explains.
unsigned long write_known(std::ostream& out, const ConformResult& result, bool in_full) {
    unsigned long count = 0;
    std::string table;
    for (const auto& [name, one] : result.known) {
        count += one.count;
        table += fmt::format("{:>7}  {:<30} {:<8} {}\n", one.count, name, one.reason.version,
                             one.reason.upstream);
        if (in_full) {
            out << fmt::format("\n{}: {}\n{}", name, one.reason.what, difference_text(one.first));
        }
    }
    if (count > 0) {
        out << fmt::format("\n{:>7}  {:<30} {:<8} {}\n", "times", "known change", "since",
                           "upstream")
            << table;
    }
    return count;
}

}  // namespace

std::string kernel_version() {
    utsname name = {};
    uname(&name);
    const std::string release = name.release;
    const std::size_t minor = release.find('.');
    const std::size_t end = release.find_first_not_of("0123456789", minor + 1);
    return std::string(name.sysname) + " " +
           (minor == std::string::npos ? release : release.substr(0, end));
}

std::string facts_text(const HostFacts& facts) {
    if (!facts.blocked.empty()) {
        return fmt::format("{}: nothing can be compared: {}\n", kernel_version(), facts.blocked);
    }
    std::string text =
        fmt::format("{}: {}; CAP_IPC_LOCK {}; VmFlags {}\n", kernel_version(), limit_text(facts),
                    facts.may_be_capable ? "in sequences that want it" : "cannot be had",
                    facts.tells_onfault ? "tell lock on fault" : "do not tell lock on fault");
    for (const HostFacts::LeftOut& left : facts.left_out) {
        text += fmt::format("left out: {}, which {}\n", name_of_call(left.call), left.why);
    }
    return text;
}

void write_conform_text(std::ostream& out, const ConformResult& result, bool in_full) {
    for (const std::string& broken : result.broken) {
        out << "\nThe model by itself is wrong:\n" << broken << "\n";
    }
    for (const ConformResult::Unexplained& one : result.unexplained) {
        out << fmt::format(
            "\nDIFFERENCE in sequence {}, made small from {} calls to {}\n{}"
            "  again: heddle-conform --only '{}'\n",
            one.sequence, one.calls, one.difference.sequence.calls.size(),
            difference_text(one.difference), sequence_text(one.difference.sequence));
    }
    const unsigned long known = write_known(out, result, in_full);
    out << fmt::format("\n{} sequences, {} calls compared; {} differences explained, {} not\n",
                       result.sequences, result.calls, known, result.unexplained.size());
}

nlohmann::ordered_json conform_json(const HostFacts& facts, const ConformOptions& options,
                                    const ConformResult& result) {
    using Json = nlohmann::ordered_json;
    Json left_out = Json::array();
    for (const HostFacts::LeftOut& left : facts.left_out) {
        left_out.push_back({{"call", name_of_call(left.call)}, {"why", left.why}});
    }
    Json known = Json::array();
    for (const auto& [name, one] : result.known) {
        known.push_back({{"name", name},
                         {"since", one.reason.version},
                         {"upstream", one.reason.upstream},
                         {"what", one.reason.what},
                         {"count", one.count},
                         {"first", json_of(one.first)}});
    }
    Json unexplained = Json::array();
    for (const ConformResult::Unexplained& one : result.unexplained) {
        Json json = json_of(one.difference);
        json["found_in"] = one.sequence;
        unexplained.push_back(json);
    }
    return {{"format", "heddle-conform-1"},
            {"kernel", kernel_version()},
            {"blocked", facts.blocked},
            {"left_out", left_out},
            {"may_be_capable", facts.may_be_capable},
            {"seed", options.seed},
            {"sequences", result.sequences},
            {"calls", result.calls},
            {"seconds", result.seconds},
            {"interrupted", result.interrupted},
            {"known", known},
            {"unexplained", unexplained},
            {"broken", result.broken}};
}

}  // namespace heddle
