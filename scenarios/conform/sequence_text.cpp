// SPDX-License-Identifier: Apache-2.0
#include "scenarios/conform/sequence_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <sstream>

#include "scenarios/conform/syscall_text.h"
#include "scenarios/quantity.h"

namespace heddle {

namespace {

using enum SystemCallName;

// A call is refused with these words.
using Mistake = std::optional<std::string>;

struct CallGrammar {
    const char* name;
    SystemCallName call;
    unsigned numbers;
    const char* options;  // each with a blank before and after it
};

constexpr CallGrammar grammar[] = {
    {"mlock", mlock, 2, " "},
    {"mlock2", mlock2, 2, " onfault unknown "},
    {"munlock", munlock, 2, " "},
    {"mlockall", mlockall, 0, " current future onfault unknown "},
    {"munlockall", munlockall, 0, " "},
    {"mmap", mmap, 2, " locked shared read_only special "},
    {"munmap", munmap, 2, " "},
    {"mremap", mremap, 4, " "},
    {"fork", fork, 0, " "},
    {"exit", exit, 0, " "},
    {"touch", touch, 1, " write "},
    {"mprotect", mprotect, 2, " read write "},
};

constexpr int unknown_flag = 64;

// Pages, or bytes with a B; "-2" is 2 pages below 2^64, "max" the largest number.
std::optional<unsigned long> parse_amount(std::string word) {
    if (word == "max") {
        return ~0UL;
    }
    const bool is_negative = word.starts_with('-');
    const bool is_bytes = word.ends_with('B') && !is_negative;
    word = word.substr(is_negative ? 1 : 0, word.size() - (is_negative || is_bytes ? 1 : 0));
    const auto number = parse_count(word);
    if (!number || *number > 1UL << 32) {
        return std::nullopt;
    }
    const unsigned long bytes = is_bytes ? *number : *number * page_bytes;
    return is_negative ? -bytes : bytes;
}

void set_option(const std::string& word, SystemCall& call) {
    const bool all = call.name == mlockall;
    call.flags |= word == "current"   ? 1
                  : word == "future"  ? 2
                  : word == "onfault" ? (all ? 4 : 1)
                  : word == "unknown" ? unknown_flag
                                      : 0;
    call.locked = call.locked || word == "locked";
    call.shared = call.shared || word == "shared";
    call.read_only = call.read_only || word == "read_only";
    call.special = call.special || word == "special";
    call.read = call.read || word == "read";
    call.write = call.write || word == "write";
}

// "f+1": a page of a file.
bool set_file(const std::string& word, SystemCall& call) {
    const bool is_file = call.name == mmap && word.size() > 2 && word[1] == '+' &&
                         (word[0] == 'f' || word[0] == 'g');
    const auto offset = is_file ? parse_count(word.substr(2)) : std::nullopt;
    if (!offset || *offset > user_pages_max) {
        return false;
    }
    call.file = word[0] == 'f' ? 0 : 1;
    call.offset = static_cast<unsigned>(*offset);
    return true;
}

Mistake parse_words(std::istringstream& words, const CallGrammar& form, SystemCall& call) {
    unsigned long* const numbers[] = {&call.start, &call.len, &call.new_len, &call.new_start};
    std::string word;
    for (unsigned i = 0; i < form.numbers; ++i) {
        const auto amount = words >> word ? parse_amount(word) : std::nullopt;
        if (!amount) {
            return fmt::format("{}: expected {} numbers (pages, bytes as 12B, max)", form.name,
                               form.numbers);
        }
        *numbers[i] = *amount;
    }
    while (words >> word) {
        const bool is_child = form.call == fork && word == (call.process == 0 ? "B" : "A");
        if (std::string(form.options).find(" " + word + " ") != std::string::npos) {
            set_option(word, call);
        } else if (!is_child && !set_file(word, call)) {
            return fmt::format("{}: does not know '{}'", form.name, word);
        }
    }
    return std::nullopt;
}

Mistake parse_limits(std::istringstream& words, const std::string& first, ProcessLimits& limits) {
    if (first == "capable") {
        limits.capable = true;
        return std::nullopt;
    }
    std::string word;
    const auto pages = words >> word ? parse_count(word) : std::nullopt;
    // The model has it in bytes, in an unsigned int.
    if (!pages || *pages >= 1UL << 20) {
        return "limit: expected pages, less than 2^20";
    }
    limits.limit = *pages;
    return std::nullopt;
}

Mistake parse_part(const std::string& part, SyscallSequence& sequence) {
    std::istringstream words(part);
    std::string first;
    words >> first;
    if (first == "limit" || first == "capable") {
        return parse_limits(words, first, sequence.limits);
    }
    if (first != "A" && first != "B") {
        return fmt::format("'{}': expected a process, A or B, before the call", first);
    }
    SystemCall call;
    call.process = first == "A" ? 0 : 1;
    std::string name;
    words >> name;
    const auto* form = std::find_if(std::begin(grammar), std::end(grammar),
                                    [&name](const CallGrammar& row) { return row.name == name; });
    if (form == std::end(grammar)) {
        return fmt::format("'{}': no such call", name);
    }
    call.name = form->call;
    if (Mistake mistake = parse_words(words, *form, call)) {
        return mistake;
    }
    sequence.calls.push_back(call);
    return std::nullopt;
}

}  // namespace

std::string call_text(const SystemCall& call) {
    return std::string(1, "AB"[call.process]) + " " + step_text(call);
}

std::string sequence_text(const SyscallSequence& sequence) {
    std::string text;
    const auto add = [&text](const std::string& part) {
        text += (text.empty() ? "" : "; ") + part;
    };
    if (sequence.limits.limit != unlimited) {
        add(fmt::format("limit {}", sequence.limits.limit));
    }
    if (sequence.limits.capable) {
        add("capable");
    }
    for (const SystemCall& call : sequence.calls) {
        add(call_text(call));
    }
    return text;
}

std::variant<SyscallSequence, std::string> parse_sequence(const std::string& text) {
    SyscallSequence sequence;
    std::istringstream parts(text);
    std::string part;
    for (unsigned number = 1; std::getline(parts, part, ';'); ++number) {
        if (const Mistake mistake = parse_part(part, sequence)) {
            return fmt::format("part {} of the sequence: {}", number, *mistake);
        }
    }
    if (sequence.calls.empty()) {
        return std::string("the sequence has no call");
    }
    return sequence;
}

}  // namespace heddle
