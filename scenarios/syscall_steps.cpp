// SPDX-License-Identifier: Apache-2.0
#include "scenarios/syscall_steps.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <vector>

#include "model/fork.h"
#include "model/gup.h"
#include "model/memory.h"
#include "model/mlock.h"
#include "model/mmap.h"
#include "model/mprotect.h"
#include "model/mremap.h"
#include "model/pgtable.h"
#include "scenarios/step_result.h"
#include "scenarios/world_builder.h"

namespace heddle {

namespace {

struct SyscallArguments {
    std::vector<unsigned long> numbers;  // addresses and lengths in bytes
    unsigned long options = 0;           // by the letter of the option: 1 << (letter - 'a')
    unsigned process = 0;
    int mapping = -1;
    unsigned offset = 0;
};

constexpr unsigned long option(char letter) { return 1UL << static_cast<unsigned>(letter - 'a'); }

struct OptionWord {
    const char* word;
    char letter;
};

constexpr OptionWord option_words[] = {{"onfault", 'o'}, {"current", 'c'},   {"future", 'f'},
                                       {"locked", 'l'},  {"shared", 's'},    {"read_only", 'r'},
                                       {"special", 'i'}, {"read", 'd'},      {"write", 'w'},
                                       {"unknown", 'u'}, {"write_only", 'y'}};

bool is_set(const SyscallArguments& arguments, char letter) {
    return (arguments.options & option(letter)) != 0;
}

int run_mlock(const SyscallArguments& a) { return sys_mlock(a.numbers[0], a.numbers[1]); }

// A flag that no call knows.
int unknown_flag(const SyscallArguments& a) { return is_set(a, 'u') ? 0x40 : 0; }

int run_mlock2(const SyscallArguments& a) {
    return sys_mlock2(a.numbers[0], a.numbers[1],
                      (is_set(a, 'o') ? MLOCK_ONFAULT : 0) | unknown_flag(a));
}

int run_munlock(const SyscallArguments& a) { return sys_munlock(a.numbers[0], a.numbers[1]); }

int run_mlockall(const SyscallArguments& a) {
    return sys_mlockall((is_set(a, 'c') ? MCL_CURRENT : 0) | (is_set(a, 'f') ? MCL_FUTURE : 0) |
                        (is_set(a, 'o') ? MCL_ONFAULT : 0) | unknown_flag(a));
}

int run_munlockall(const SyscallArguments&) { return sys_munlockall(); }

int run_mmap(const SyscallArguments& a) {
    struct mmap_request request = {};
    request.flags = (is_set(a, 'l') ? VM_LOCKED : 0) | (is_set(a, 's') ? VM_SHARED : 0) |
                    (is_set(a, 'i') ? VM_IO : 0) | (is_set(a, 'r') ? 0 : VM_WRITE) |
                    (is_set(a, 'y') ? 0 : VM_READ);
    request.file = a.mapping < 0 ? nullptr : this_machine().mappings + a.mapping;
    request.pgoff = a.offset;
    return sys_mmap(a.numbers[0], a.numbers[1], request);
}

int run_munmap(const SyscallArguments& a) { return sys_munmap(a.numbers[0], a.numbers[1]); }

int run_mprotect(const SyscallArguments& a) {
    return sys_mprotect(a.numbers[0], a.numbers[1],
                        (is_set(a, 'd') ? VM_READ : 0) | (is_set(a, 'w') ? VM_WRITE : 0));
}

int run_mremap(const SyscallArguments& a) {
    return sys_mremap(a.numbers[0], a.numbers[1], a.numbers[2], a.numbers[3]);
}

int run_install_special_mapping(const SyscallArguments& a) {
    struct mm_struct* mm = current_mm();
    down_write(&mm->mmap_sem);
    const int error = install_special_mapping(mm, a.numbers[0], a.numbers[1]);
    up_write(&mm->mmap_sem);
    return error;
}

int run_fork(const SyscallArguments& a) { return dup_mmap(this_machine().mms + a.process); }

int run_exit(const SyscallArguments&) {
    do_exit();
    return 0;
}

// As process_vm_readv() of another would, which then is done with the page.
int run_get_user_pages(const SyscallArguments& a) {
    struct page* page = nullptr;
    const int error = get_user_pages(a.numbers[0], is_set(a, 'w'), page);
    if (page != nullptr) {
        put_page(page, Holder::pin);
    }
    return error;
}

int run_touch(const SyscallArguments& a) { return do_user_access(a.numbers[0], is_set(a, 'w')); }

// `parameters`: n a number of pages (or bytes: 100B), p a process to be forked. `options`: letters
// of the words that may follow; m: a mapping's name, perhaps with a page number, "f+2".
struct Syscall {
    const char* name;
    const char* parameters;
    const char* options;
    int (*run)(const SyscallArguments& arguments);
    bool needs_workers;
};

constexpr Syscall syscalls[] = {
    {"mlock", "nn", "", run_mlock, true},
    {"mlock2", "nn", "ou", run_mlock2, true},
    {"munlock", "nn", "", run_munlock, false},
    {"mlockall", "", "cfou", run_mlockall, true},
    {"munlockall", "", "", run_munlockall, false},
    {"mmap", "nn", "lsryim", run_mmap, false},
    {"mprotect", "nn", "dw", run_mprotect, false},
    {"munmap", "nn", "", run_munmap, false},
    {"mremap", "nnnn", "", run_mremap, false},
    {"install_special_mapping", "nn", "", run_install_special_mapping, false},
    {"fork", "p", "", run_fork, false},
    {"exit", "", "", run_exit, false},
    {"touch", "n", "w", run_touch, false},
    {"get_user_pages", "n", "w", run_get_user_pages, false},
};

const Syscall* find_syscall(const StepWords& step) {
    const auto* found =
        std::find_if(std::begin(syscalls), std::end(syscalls),
                     [&step](const Syscall& row) { return step.words[0].text == row.name; });
    return found == std::end(syscalls) ? nullptr : found;
}

std::string usage(const Syscall& call) {
    std::string text = call.name;
    for (const char* parameter = call.parameters; *parameter != '\0'; ++parameter) {
        text += *parameter == 'p' ? " PROCESS" : " PAGES";
    }
    for (const char* letter = call.options; *letter != '\0'; ++letter) {
        if (*letter == 'm') {
            text += " [MAPPING+PAGE]";
        }
        for (const OptionWord& word : option_words) {
            text += word.letter == *letter ? " [" + std::string(word.word) + "]" : "";
        }
    }
    return "'" + text + " [-> RESULT]'";
}

class SyscallReader {
  public:
    SyscallReader(const ScenarioWords& words, const TaskWords& task, const StepWords& step)
        : words_(words), task_(task), step_(step), call_(*find_syscall(step)) {}

    std::variant<PreparedStep, FileError> read() {
        if (task_.process.text.empty()) {
            return wrong(step_.words[0],
                         "a system call needs a process; expected 'process' in "
                         "task '" +
                             task_.name.text + "'");
        }
        for (const char* parameter = call_.parameters; *parameter != '\0'; ++parameter) {
            if (next_ == step_.words.size() || step_.words[next_].text == "->") {
                return wrong(step_.words[0], "an argument is missing; expected " + usage(call_));
            }
            if (auto error = *parameter == 'p' ? read_process() : read_number()) {
                return *error;
            }
        }
        while (next_ < step_.words.size() && step_.words[next_].text != "->") {
            if (auto error = read_option()) {
                return *error;
            }
        }
        if (is_set(arguments_, 's') && arguments_.mapping < 0) {
            return wrong(step_.words[0], "shared memory without a [[mapping]] is not modelled");
        }
        if (auto error = read_result()) {
            return *error;
        }
        return prepared();
    }

  private:
    FileError wrong(const Word& word, const std::string& message) const {
        return {words_.file, word.place, message};
    }

    std::optional<FileError> read_process() {
        const Word& word = step_.words[next_++];
        const int index = index_of(words_.processes, word.text);
        if (index < 0) {
            return wrong(word, "'" + word.text + "': expected the name of a [[process]]");
        }
        const bool has_vmas =
            std::any_of(words_.vmas.begin(), words_.vmas.end(),
                        [&word](const VmaWords& vma) { return vma.process.text == word.text; });
        if (word.text == task_.process.text || has_vmas) {
            return wrong(word, "'" + word.text +
                                   "' exists already; expected a [[process]] "
                                   "without vmas, which the fork makes");
        }
        arguments_.process = static_cast<unsigned>(index);
        return std::nullopt;
    }

    std::optional<FileError> read_number() {
        const Word& word = step_.words[next_++];
        if (word.text == "max") {
            arguments_.numbers.push_back(~0UL);
            return std::nullopt;
        }
        const bool bytes = word.text.back() == 'B';
        const bool minus = word.text[0] == '-';
        const std::string digits =
            word.text.substr(minus ? 1 : 0, word.text.size() - (bytes || minus ? 1 : 0));
        if (digits.empty() || digits.size() > 9 || (bytes && minus) ||
            digits.find_first_not_of("0123456789") != std::string::npos) {
            return wrong(word, "'" + word.text +
                                   "': expected a number of pages (2), of bytes (100B), max, or "
                                   "pages below the top of all addresses (-2)");
        }
        const unsigned long number = std::stoul(digits) << (bytes ? 0U : PAGE_SHIFT);
        arguments_.numbers.push_back(minus ? -number : number);
        return std::nullopt;
    }

    std::optional<FileError> read_option() {
        const Word& word = step_.words[next_++];
        const std::string allowed = call_.options;
        for (const OptionWord& known : option_words) {
            if (word.text == known.word && allowed.find(known.letter) != std::string::npos) {
                arguments_.options |= option(known.letter);
                return std::nullopt;
            }
        }
        const std::size_t plus = word.text.find('+');
        const std::string at = plus == std::string::npos ? "0" : word.text.substr(plus + 1);
        const int mapping = index_of(words_.mappings, word.text.substr(0, plus));
        if (allowed.find('m') == std::string::npos || mapping < 0 || at.size() != 1 ||
            at[0] < '0' || at[0] > '7') {
            return wrong(word, "'" + word.text + "' is no argument of " + call_.name +
                                   "; expected " + usage(call_));
        }
        arguments_.mapping = mapping;
        arguments_.offset = static_cast<unsigned>(at[0] - '0');
        return std::nullopt;
    }

    std::optional<FileError> read_result() {
        if (next_ == step_.words.size()) {
            return std::nullopt;
        }
        const Word& arrow = step_.words[next_];
        const bool one = next_ + 2 == step_.words.size();
        const Word& word = one ? step_.words[next_ + 1] : arrow;
        expected_ = one ? result_of(word.text) : std::nullopt;
        if (expected_) {
            return std::nullopt;
        }
        return wrong(word,
                     "expected one result behind '->': 0, -EPERM, -ENOMEM, -EAGAIN, "
                     "-EFAULT or -EINVAL");
    }

    PreparedStep prepared() const {
        return [call = &call_, arguments = arguments_, expected = expected_] {
            check_result(expected, call->run(arguments));
        };
    }

    const ScenarioWords& words_;
    const TaskWords& task_;
    const StepWords& step_;
    const Syscall& call_;
    std::size_t next_ = 1;
    SyscallArguments arguments_;
    std::optional<int> expected_;
};

}  // namespace

bool is_syscall(const StepWords& step) { return find_syscall(step) != nullptr; }

bool syscall_needs_workers(const StepWords& step) {
    const Syscall* call = find_syscall(step);
    return call != nullptr && call->needs_workers;
}

std::vector<std::string> syscall_names() {
    std::vector<std::string> names;
    for (const Syscall& call : syscalls) {
        names.emplace_back(call.name);
    }
    return names;
}

std::string known_syscalls() {
    std::string names;
    for (const Syscall& call : syscalls) {
        names += (names.empty() ? "" : ", ") + usage(call);
    }
    return names;
}

std::variant<PreparedStep, FileError> prepare_syscall(const ScenarioWords& words,
                                                      const TaskWords& task,
                                                      const StepWords& step) {
    return SyscallReader(words, task, step).read();
}

}  // namespace heddle
