// SPDX-License-Identifier: Apache-2.0
#include "checker/step_text.h"

#include <algorithm>
#include <bit>
#include <cstdio>
#include <string_view>

#include "checker/arena.h"

namespace heddle {

namespace {

bool begins_with_any(std::string_view text, std::initializer_list<std::string_view> prefixes) {
    for (const std::string_view prefix : prefixes) {
        if (text.starts_with(prefix)) {
            return true;
        }
    }
    return false;
}

std::string joined(const std::vector<std::string>& words, const char* between) {
    std::string text;
    for (const std::string& word : words) {
        text += (text.empty() ? "" : between) + word;
    }
    return text;
}

bool is_owned_lock(const Operation& operation) {
    return operation.size == 4 && begins_with_any(operation.name, {"spin_", "mutex_"});
}

bool is_rw_semaphore(const Operation& operation) {
    return operation.size == 8 && begins_with_any(operation.name, {"down_", "up_", "downgrade_"});
}

bool is_one_bit(const Operation& operation) { return std::has_single_bit(operation.bits); }

std::string bit_name(const Step& step, unsigned bit) {
    const bool named = bit < step.bits.size() && !step.bits[bit].empty();
    return named ? step.bits[bit] : "bit " + std::to_string(bit);
}

std::vector<std::string> bit_names(const Step& step, std::uint64_t mask) {
    std::vector<std::string> names;
    for (unsigned bit = 0; bit < 64; ++bit) {
        if ((mask >> bit & 1U) != 0) {
            names.push_back(bit_name(step, bit));
        }
    }
    return names;
}

// The name of the task whose lock word holds `owner`, an index + 1.
std::string owner_text(const Trace& trace, std::uint64_t owner) {
    if (owner == 0) {
        return "free";
    }
    return owner <= trace.tasks.size() ? trace.tasks[owner - 1].name
                                       : "owner " + std::to_string(owner);
}

std::string semaphore_text(const Trace& trace, std::uint64_t value) {
    const std::uint64_t writer = value & 0xffffffffU;
    const std::uint64_t readers = value >> 32;
    if (writer != 0) {
        return "writer " + owner_text(trace, writer);
    }
    return readers == 0 ? "free"
                        : std::to_string(readers) + (readers == 1 ? " reader" : " readers");
}

bool is_pointer(const Step& step, std::uint64_t value) {
    return step.operation.size == sizeof(void*) && value - Arena::address < Arena::capacity;
}

// A pointer to the first member of an object is a pointer to the object: P for P.flags. A bit
// that is hidden in a pointer comes last: P|1.
std::string pointer_text(const std::vector<ObjectName>& names, std::uint64_t value) {
    for (const ObjectName& name : names) {
        const auto begin = reinterpret_cast<std::uintptr_t>(name.address);
        if (value < begin || value >= begin + name.size) {
            continue;
        }
        const std::string object = name.name.substr(0, name.name.rfind('.'));
        const std::uint64_t offset = value - begin;
        if (offset < sizeof(void*)) {
            return offset == 0 ? object : object + "|" + std::to_string(offset);
        }
        return name.name + "+" + std::to_string(offset);
    }
    char text[32];
    std::snprintf(text, sizeof(text), "%#llx", static_cast<unsigned long long>(value));
    return text;
}

std::int64_t sign_extended(std::uint64_t value, unsigned bytes) {
    const unsigned unused = 64 - 8 * std::min(bytes, 8U);
    return unused >= 64 ? 0 : static_cast<std::int64_t>(value << unused) >> unused;
}

// The object's value when it is `value` and was or becomes `other`.
std::string value_text(const Step& step, const Trace& trace, std::uint64_t value,
                       std::uint64_t other) {
    const Operation& operation = step.operation;
    if (is_owned_lock(operation)) {
        return owner_text(trace, value);
    }
    if (is_rw_semaphore(operation)) {
        return semaphore_text(trace, value);
    }
    if (is_one_bit(operation)) {
        return (value & operation.bits) != 0 ? "1" : "0";
    }
    if (!step.bits.empty()) {
        return value == 0 ? "0" : joined(bit_names(step, value), "|");
    }
    if (is_pointer(step, value) || (value == 0 && is_pointer(step, other))) {
        return value == 0 ? "NULL" : pointer_text(trace.names, value);
    }
    return std::to_string(sign_extended(value, operation.size));
}

// Of a flag word, each bit that changes: "full 1 -> 0, busy 0 -> 1".
std::string changed_bits_text(const Step& step) {
    std::vector<std::string> changes;
    const std::uint64_t changed = step.before ^ step.after;
    for (unsigned bit = 0; bit < 64; ++bit) {
        if ((changed >> bit & 1U) != 0) {
            const bool was_set = (step.before >> bit & 1U) != 0;
            changes.push_back(bit_name(step, bit) + (was_set ? " 1 -> 0" : " 0 -> 1"));
        }
    }
    return joined(changes, ", ");
}

std::string effect_text(const Step& step, const StepText& text) {
    const Operation& operation = step.operation;
    if (operation.kind == OperationKind::choose) {
        return "= " + std::to_string(step.choice.alternative);
    }
    if (operation.object == nullptr) {
        return "";
    }
    const bool only_looks =
        operation.kind == OperationKind::read || operation.kind == OperationKind::wait;
    if (only_looks) {
        return "= " + text.after;
    }
    const bool is_flag_word = !step.bits.empty() && !is_one_bit(operation) &&
                              !is_owned_lock(operation) && !is_rw_semaphore(operation);
    if (is_flag_word && step.before != step.after) {
        return changed_bits_text(step);
    }
    return text.before + " -> " + text.after;
}

std::string call_text(const Step& step) {
    const Operation& operation = step.operation;
    // "__set_bit store" is the store of a function of two steps.
    const std::string_view name = operation.name;
    const std::size_t space = name.find(' ');
    const std::string function(name.substr(0, space));
    const std::string part = space == name.npos ? "" : std::string(name.substr(space));
    if (operation.kind == OperationKind::interrupt) {
        return "the interrupt comes";
    }
    if (operation.kind == OperationKind::choose) {
        return function + "(" + std::to_string(operation.alternatives) + ")";
    }
    if (operation.object == nullptr) {
        return function + "()" + part;
    }
    if (is_one_bit(operation)) {
        const auto bit = static_cast<unsigned>(std::countr_zero(operation.bits));
        return function + "(" + bit_name(step, bit) + ", " + step.object + ")" + part;
    }
    return function + "(" + step.object + ")" + part;
}

}  // namespace

std::string place_text(const Where& where) {
    return *where.file() == '\0' ? "" : where.file() + (":" + std::to_string(where.line()));
}

StepText describe_step(const Step& step, const Trace& trace) {
    StepText text;
    const Where& where = step.operation.where;
    // A lambda has no name that a reader would look for.
    const bool is_lambda = std::string_view(where.function()) == "operator()";
    text.place = *where.file() == '\0' || is_lambda ? place_text(where)
                                                    : where.function() + (" " + place_text(where));
    text.call = call_text(step);
    if (step.operation.object != nullptr) {
        text.before = value_text(step, trace, step.before, step.after);
        text.after = value_text(step, trace, step.after, step.before);
    }
    if (is_one_bit(step.operation)) {
        text.bits = bit_names(step, step.operation.bits);
    } else if (!step.bits.empty()) {
        text.bits = bit_names(step, step.before ^ step.after);
    }
    text.effect = effect_text(step, text);
    return text;
}

}  // namespace heddle
