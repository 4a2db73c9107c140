// SPDX-License-Identifier: Apache-2.0
#include "scenarios/conform/syscall_text.h"

#include <cerrno>
#include <map>
#include <sstream>

#include "model/pgtable.h"

namespace heddle {

std::string error_text(int result) {
    static const std::map<int, std::string> names = {{0, "0"},
                                                     {-EPERM, "-EPERM"},
                                                     {-ENOMEM, "-ENOMEM"},
                                                     {-EAGAIN, "-EAGAIN"},
                                                     {-EFAULT, "-EFAULT"},
                                                     {-EINVAL, "-EINVAL"}};
    const auto name = names.find(result);
    return name == names.end() ? std::to_string(result) : name->second;
}

namespace {

std::string number_text(unsigned long bytes) {
    if (bytes == ~0UL) {
        return "max";
    }
    if (static_cast<long>(bytes) < 0) {
        return "-" + std::to_string(-bytes >> PAGE_SHIFT);
    }
    return bytes % PAGE_SIZE == 0 ? std::to_string(bytes >> PAGE_SHIFT)
                                  : std::to_string(bytes) + "B";
}

std::string flag_words(const SystemCall& call) {
    std::string text;
    if (call.name == SystemCallName::mlockall) {
        text += (call.flags & 1) != 0 ? " current" : "";
        text += (call.flags & 2) != 0 ? " future" : "";
        text += (call.flags & 4) != 0 ? " onfault" : "";
        return text + ((call.flags & ~7) != 0 ? " unknown" : "");
    }
    text += (call.flags & 1) != 0 ? " onfault" : "";
    return text + ((call.flags & ~1) != 0 ? " unknown" : "");
}

}  // namespace

std::string step_text(const SystemCall& call) {
    constexpr const char* names[nr_system_calls] = {"mlock",      "mlock2", "munlock", "mlockall",
                                                    "munlockall", "mmap",   "munmap",  "mremap",
                                                    "fork",       "exit",   "touch",   "mprotect"};
    std::string text = names[static_cast<unsigned>(call.name)];
    switch (call.name) {
        case SystemCallName::mlockall:
        case SystemCallName::mlock2:
        case SystemCallName::mlock:
        case SystemCallName::munlock:
        case SystemCallName::munmap:
        case SystemCallName::mprotect:
        case SystemCallName::mmap:
            if (call.name != SystemCallName::mlockall) {
                text += " " + number_text(call.start) + " " + number_text(call.len);
            }
            text += flag_words(call);
            break;
        case SystemCallName::mremap:
            text += " " + number_text(call.start) + " " + number_text(call.len) + " " +
                    number_text(call.new_len) + " " + number_text(call.new_start);
            break;
        case SystemCallName::fork:
            text += call.process == 0 ? " B" : " A";
            break;
        case SystemCallName::touch:
            text += " " + number_text(call.start);
            break;
        case SystemCallName::munlockall:
        case SystemCallName::exit:
            break;
    }
    text += call.locked ? " locked" : "";
    text += call.shared ? " shared" : "";
    text += call.read_only ? " read_only" : "";
    text += call.special ? " special" : "";
    text += call.read ? " read" : "";
    text += call.write ? " write" : "";
    if (call.file >= 0) {
        text += std::string(" ") + "fg"[call.file] + "+" + std::to_string(call.offset);
    }
    return text;
}

namespace {

void write_process(std::ostream& out, const SyscallSequence& sequence, unsigned process) {
    const ProcessLimits& limits = sequence.limits;
    out << "\n[[process]]\nname = \""
        << "AB"[process] << "\"\n";
    if (process == 0 && limits.limit != unlimited) {
        out << "memlock_limit = " << limits.limit << "\n";
    }
    if (process == 0 && limits.capable) {
        out << "cap_ipc_lock = true\n";
    }
}

void write_task(std::ostream& out, const SyscallSequence& sequence, const std::vector<int>& results,
                unsigned process) {
    std::string steps;
    for (std::size_t i = 0; i < results.size(); ++i) {
        if (sequence.calls[i].process == process) {
            steps += (steps.empty() ? "\n    \"" : ",\n    \"") + step_text(sequence.calls[i]) +
                     " -> " + error_text(results[i]) + "\"";
        }
    }
    if (!steps.empty()) {
        out << "\n[[task]]\nname = \"user-"
            << "AB"[process] << "\"\nprocess = \""
            << "AB"[process] << "\"\nsteps = [" << steps << "]\n";
    }
}

}  // namespace

std::string scenario_text(const SyscallSequence& sequence, const std::vector<int>& results,
                          const SyscallWorldSize& size) {
    std::ostringstream out;
    out << "\n# in this order:";
    for (std::size_t i = 0; i < results.size(); ++i) {
        out << " "
            << "AB"[sequence.calls[i].process];
    }
    out << "\nstory = \"Found by tests/syscall_sequences_test.cpp.\"\n\n[machine]\ncpus = "
        << size.cpus << "\npagevec_size = " << size.pagevec_size
        << "\nuser_pages = " << size.user_pages << "\nfree_pages = 8\nvmas = " << size.nr_vmas
        << "\n";
    for (unsigned process = 0; process < 2; ++process) {
        write_process(out, sequence, process);
    }
    out << "\n[[mapping]]\nname = \"f\"\n\n[[mapping]]\nname = \"g\"\n";
    for (unsigned process = 0; process < 2; ++process) {
        write_task(out, sequence, results, process);
    }
    return out.str();
}

}  // namespace heddle
