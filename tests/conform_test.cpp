// SPDX-License-Identifier: Apache-2.0
// The model against the host's own kernel. What needs a host that lets itself be compared is
// skipped where it does not, with what it says.
#include "scenarios/conform/conform.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstddef>

#include "scenarios/conform/known_changes.h"
#include "scenarios/conform/model_side.h"
#include "scenarios/conform/report.h"
#include "scenarios/conform/sequence_text.h"
#include "scenarios/conform/syscall_random.h"
#include "tests/command_line.h"

namespace heddle::conform_test {
namespace {

const HostFacts& host_facts() {
    static const HostFacts facts = probe_host({});
    return facts;
}

SyscallSequence sequence_of(const std::string& text) {
    const auto parsed = parse_sequence(text);
    const auto* mistake = std::get_if<std::string>(&parsed);
    EXPECT_EQ(mistake, nullptr) << *mistake;
    return mistake == nullptr ? std::get<SyscallSequence>(parsed) : SyscallSequence{};
}

ConformResult compare(ModelWorld& world, ConformSide& host, const HostFacts& facts,
                      const ConformOptions& options) {
    return compare_many(world, host, facts, options, [](const ConformResult&) {});
}

// What a host is taken to be where the model stands in for it.
HostFacts all_allowed() {
    HostFacts facts;
    facts.may_be_capable = true;
    facts.tells_onfault = true;
    return facts;
}

// ---- a sequence in a line

TEST(ConformSequence, IsReadAsItIsWritten) {
    std::mt19937_64 random(11);
    for (unsigned i = 0; i < 300; ++i) {
        const std::string text = sequence_text(random_sequence(random, 12, 8));
        EXPECT_EQ(sequence_text(sequence_of(text)), text);
    }
}

TEST(ConformSequence, SaysWhatIsWrongAndWhere) {
    const std::pair<const char*, const char*> mistakes[] = {
        {"", "no call"},
        {"limit 4", "no call"},
        {"limit", "part 1 of the sequence: limit: expected pages"},
        {"limit 1048576; A munlockall", "less than 2^20"},
        {"A mmap 0 1; C fork", "part 2 of the sequence: 'C': expected a process"},
        {"A brk 0", "'brk': no such call"},
        {"A mlock 0", "mlock: expected 2 numbers"},
        {"A mlock 0 x", "mlock: expected 2 numbers"},
        {"A mlock 0 99999999999999999999", "mlock: expected 2 numbers"},
        {"A mlock 0 1 onfault", "mlock: does not know 'onfault'"},
        {"A mlock 0 1 f+0", "mlock: does not know 'f+0'"},
        {"A mmap 0 1 h+0", "mmap: does not know 'h+0'"},
        {"A mmap 0 1 f+17", "mmap: does not know 'f+17'"},
        {"A fork A", "fork: does not know 'A'"},
    };
    for (const auto& [text, part] : mistakes) {
        const auto parsed = parse_sequence(text);
        ASSERT_EQ(parsed.index(), 1U) << text;
        EXPECT_TRUE(has_part(std::get<std::string>(parsed), part)) << text;
    }
}

// ---- what /proc tells

TEST(ConformSmaps, TellsMappingsOfTheWindowFromThoseOfTheAgent) {
    const std::string text =
        "00400000-00401000 r-xp 00000000 00:01 7          /agent\n"
        "Locked:                4 kB\nVmFlags: rd ex lo \n"
        "7000-9000 rw-s 00003000 00:01 42                 /memfd:f (deleted)\n"
        "Locked:                6 kB\nVmFlags: rd wr sh lo lf \n"
        "ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0  [vsyscall]\n"
        "Locked:                0 kB\nVmFlags: ex \n";
    const std::optional<Smaps> smaps = parse_smaps(text, {0x4000, 8, {41, 42}});
    ASSERT_TRUE(smaps && smaps->has_flags && smaps->has_locked);
    EXPECT_EQ(smaps->outside, 0U);  // above the window is nobody's
    ASSERT_EQ(smaps->mappings.size(), 1U);
    const MappingView expected = {.first = 3,
                                  .pages = 2,
                                  .readable = true,
                                  .writable = true,
                                  .shared = true,
                                  .locked = true,
                                  .onfault = true,
                                  .file = 1,
                                  .index = 3,
                                  .locked_kb = 6};
    EXPECT_TRUE(smaps->mappings[0] == expected);
    const std::optional<Smaps> agent = parse_smaps(text, {0x7ffffffff000 - 0x8000, 8, {41, 42}});
    EXPECT_EQ(agent->outside, 3U);
    EXPECT_EQ(agent->outside_locked, 3U);
    EXPECT_FALSE(parse_smaps("", {}));
    EXPECT_FALSE(parse_smaps("1000-2000 r--p 00000000 00:00 0\n", {})->has_locked);
    EXPECT_EQ(parse_locked_pages("VmPeak:  8 kB\nVmLck:\t      12 kB\n"), 3);
    EXPECT_FALSE(parse_locked_pages("VmPeak:  8 kB\n"));
}

// ---- the two sides

TEST(Conform, TheHostDoesWhatTheModelDoes) {
    if (!host_facts().blocked.empty()) {
        GTEST_SKIP() << host_facts().blocked;
    }
    ModelWorld world;
    HostSide host({});
    const ConformResult result = compare(world, host, host_facts(), {.sequences = 150, .seed = 3});
    for (const auto& one : result.unexplained) {
        ADD_FAILURE() << difference_text(one.difference);
    }
    EXPECT_EQ(result.broken.size(), 0U);
    EXPECT_EQ(result.sequences, 150U);
    EXPECT_GT(result.calls, 150U * 4);
}

// Nothing but calls that all kernels do alike; a model that only pretended would not.
TEST(Conform, TheHostTellsWhatIsLocked) {
    if (!host_facts().blocked.empty() || !host_facts().left_out.empty()) {
        GTEST_SKIP() << facts_text(host_facts());
    }
    ModelWorld world;
    ModelSide model(world, modern_fixes());
    HostSide host({});
    const SyscallSequence sequence = sequence_of(
        "limit 3; A mmap 0 2; A mlock 0 2; A mmap 4 2; A mlock 4 2; A fork B; B mlock 0 2; "
        "A munlock 0 2; A mlockall current; A exit; B munlock 0 2; B munmap 1 1");
    const Comparison comparison = compare_sides(sequence, model, host, host_facts().tells_onfault);
    EXPECT_EQ(comparison.calls, sequence.calls.size());
    for (const Difference& difference : comparison.differences) {
        EXPECT_NE(explanation_of(difference), nullptr) << difference_text(difference);
    }
    const SideRun run = host.run(sequence);
    EXPECT_EQ(run.steps[1].state[0].locked_pages, 2);
    EXPECT_EQ(run.steps[1].state[0].mappings[0].locked_kb, 8U);
    EXPECT_EQ(run.steps[3].result, -ENOMEM);
    EXPECT_EQ(run.steps[4].state[1].locked_pages, 0);
    EXPECT_EQ(run.steps[4].state[0].mappings[0].locked_kb, 4U);  // the half of two pages
    EXPECT_EQ(run.steps[7].result, -ENOMEM);
    EXPECT_FALSE(run.steps[8].state[0].alive);
}

// The host does as the model, but that munlock() of page 0 leaves it counted.
class WrongHost final : public ConformSide {
  public:
    explicit WrongHost(ConformSide& right) : right_(right) {}

    SideRun run(const SyscallSequence& sequence) override {
        SideRun run = right_.run(sequence);
        long excess = 0;
        for (SideStep& step : run.steps) {
            const bool counts = step.call.name == SystemCallName::munlock && step.call.start == 0 &&
                                step.call.len != 0 && step.result == 0;
            excess += counts ? 1 : 0;
            step.state[0].locked_pages += excess;
        }
        return run;
    }

  private:
    ConformSide& right_;
};

TEST(Conform, ADifferenceIsMadeSmall) {
    ModelWorld world;
    ModelSide right(world, modern_fixes());
    WrongHost host(right);
    const ConformResult result = compare(world, host, all_allowed(), {.sequences = 100, .seed = 5});
    ASSERT_FALSE(result.unexplained.empty());
    for (const ConformResult::Unexplained& one : result.unexplained) {
        EXPECT_LE(one.difference.sequence.calls.size(), 2U);  // map, unlock
        EXPECT_GT(one.calls, 2U);
        const std::string text = difference_text(one.difference);
        EXPECT_TRUE(has_part(text, "A munlock 0 "));
        EXPECT_TRUE(has_part(text, "VmLck of A"));
        EXPECT_TRUE(has_part(text, "4 kB"));
    }
}

// One that has not got a change of the model's, which the model without it says.
TEST(Conform, AnOlderHostIsRecognised) {
    const std::pair<Fix, const char*> changes[] = {
        {Fix::mlock_fixup_counts_once, "A mmap 0 1; A mlock 0 1; A mlock2 0 1 onfault"},
        {Fix::do_mlock_subtracts_overlap, "limit 1; A mmap 0 1; A mlock 0 1; A mlock 0 1"},
        {Fix::mlockall_refuses_onfault_alone, "A mlockall onfault"},
    };
    for (const auto& [fix, text] : changes) {
        ModelWorld world;
        ModelSide host(world, modern_fixes() & ~fix_bit(fix));
        const ConformResult result =
            compare(world, host, all_allowed(), {.only = sequence_of(text)});
        ASSERT_EQ(result.known.size(), 1U) << text;
        EXPECT_TRUE(has_part(result.known.begin()->first, "without-")) << text;
        EXPECT_EQ(result.unexplained.size(), 0U) << text;
    }
}

// ---- known changes

TEST(ConformKnownChanges, EachIsShownByItsSequence) {
    ModelWorld world;
    ModelSide model(world, modern_fixes());
    for (const KnownChange& change : known_changes()) {
        const SyscallSequence sequence = sequence_of(change.sequence);
        const SideRun run = model.run(sequence);
        ASSERT_EQ(run.steps.size(), sequence.calls.size()) << change.name;
        EXPECT_EQ(run.steps.back().result, change.model) << change.name;
        // By itself, what the model does is explained by nothing.
        Difference same = {sequence, {}, run.steps.back(), run.steps.back(), 0};
        same.host.result = -EIO;
        EXPECT_EQ(explanation_of(same), nullptr) << change.name;
    }
}

// Against a host that has the change: its sequence is explained by it and nothing else.
TEST(ConformKnownChanges, ExplainWhatThisHostDoes) {
    if (!host_facts().blocked.empty() || !host_facts().left_out.empty()) {
        GTEST_SKIP() << facts_text(host_facts());
    }
    ModelWorld world;
    ModelSide model(world, modern_fixes());
    HostSide host({});
    for (const KnownChange& change : known_changes()) {
        const SyscallSequence sequence = fit_to_host(sequence_of(change.sequence), host_facts());
        const Comparison comparison =
            compare_sides(sequence, model, host, host_facts().tells_onfault);
        if (comparison.differences.empty()) {
            std::cout << change.name << ": this host is without it\n";
            continue;
        }
        const Difference& last = comparison.differences.back();
        ASSERT_NE(explanation_of(last), nullptr) << difference_text(last);
        EXPECT_STREQ(explanation_of(last)->name, change.name);
        EXPECT_EQ(last.host.result, change.host) << change.name;
        EXPECT_EQ(last.sequence.calls.size(), sequence.calls.size()) << change.name;
    }
}

// ---- what a host forbids

TEST(ConformHost, IsNotComparedWithoutProc) {
    HostOptions options;
    options.proc = "/nonexistent";
    EXPECT_TRUE(has_part(probe_host(options).blocked, "/status: cannot be read"));
}

TEST(ConformHost, GetsWhatItCanDo) {
    HostFacts facts;
    facts.limit_max = 5;
    facts.left_out = {{SystemCallName::mlock2, "is missing"}};
    const SyscallSequence fitted = fit_to_host(
        sequence_of("capable; A mmap 0 1; A mmap 1 1 special; A mlock2 0 1; A mlock 0 1"), facts);
    EXPECT_EQ(sequence_text(fitted), "limit 5; A mmap 0 1; A mlock 0 1");
}

// ---- the program

class ConformProgram : public CommandLine {
  protected:
    Ran run_conform(const std::string& arguments, const std::string& before = "") const {
        const std::string command = "cd '" + folder.string() + "' && " + before +
                                    " '" HEDDLE_CONFORM_PROGRAM "' " + arguments +
                                    " >out 2>err </dev/null";
        const int status = std::system(command.c_str());
        return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, contents_of(folder / "out"),
                contents_of(folder / "err")};
    }

    bool is_complete() const {
        return host_facts().blocked.empty() && host_facts().left_out.empty();
    }
};

TEST_F(ConformProgram, RefusesWhatItDoesNotUnderstand) {
    for (const char* arguments :
         {"--sequences 0", "--calls 1", "--calls 101", "--seed -1", "--time 0", "--only 'A brk 1'",
          "--json /nonexistent/file", "--what", "argument"}) {
        const Ran ran = run_conform(arguments);
        EXPECT_EQ(ran.code, 2) << arguments;
        EXPECT_NE(ran.err, "") << arguments;
        EXPECT_EQ(ran.out, "") << arguments;
    }
    EXPECT_EQ(run_conform("--help").code, 0);
    EXPECT_TRUE(has_part(run_conform("--version").out, "heddle-conform "));
}

TEST_F(ConformProgram, TellsWhatItHasCompared) {
    const Ran ran = run_conform(
        "--sequences 30 --calls 6 --time 60 --json out.json --allow-incomplete", "HEDDLE_SEED=4");
    EXPECT_EQ(ran.code, 0) << ran.out << ran.err;
    const Json json = Json::parse(contents_of(folder / "out.json"));
    EXPECT_EQ(json["format"], "heddle-conform-1");
    EXPECT_EQ(json["seed"], 4);
    EXPECT_EQ(json["sequences"], host_facts().blocked.empty() ? 30 : 0);
    EXPECT_EQ(Json::parse(run_conform("--sequences 1 --allow-incomplete --json -").out)["format"],
              "heddle-conform-1");
}

TEST_F(ConformProgram, RunsOneSequence) {
    if (!is_complete()) {
        GTEST_SKIP() << facts_text(host_facts());
    }
    const Ran ran = run_conform("--only 'A mmap 0 1; A mlock 0 1; A fork B; B exit'");
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_TRUE(has_part(ran.out, "1 sequences, 4 calls compared; 0 differences"));
    const Ran changed = run_conform("--only 'A mremap 0 1 1 0'");
    EXPECT_EQ(changed.code, 0);
    EXPECT_TRUE(has_part(changed.out, "A mremap 0 1 1 0") ||
                has_part(changed.out, "0 differences"));
    const Ran special = run_conform("--only 'A mmap 0 1 special; A munlockall'");
    EXPECT_EQ(special.code, 4);
    EXPECT_TRUE(has_part(special.err, "compared is: A munlockall"));
}

// A filter that lets mlock2() fail, as containers have them, for this process and its children.
void forbid_mlock2() {
    sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mlock2, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const sock_fprog program = {std::size(code), code};
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

TEST_F(ConformProgram, LeavesOutWhatIsForbidden) {
    if (!is_complete()) {
        GTEST_SKIP() << facts_text(host_facts());
    }
    const auto code_of = [this](const std::string& arguments) {
        int status = 0;
        const int child = fork();
        if (child == 0) {
            forbid_mlock2();
            _exit(run_conform("--sequences 10 " + arguments).code);
        }
        waitpid(child, &status, 0);
        return WEXITSTATUS(status);
    };
    EXPECT_EQ(code_of(""), 4);
    EXPECT_TRUE(has_part(contents_of(folder / "out"), "left out: mlock2, which returns -EPERM"));
    EXPECT_TRUE(has_part(contents_of(folder / "out"), "10 sequences"));
    EXPECT_EQ(code_of("--allow-incomplete"), 0);
}

TEST_F(ConformProgram, SkipsWhereNothingMayBeLocked) {
    const std::string unprivileged =
        geteuid() == 0 ? "ulimit -l 0 && exec setpriv --bounding-set=-ipc_lock,-sys_resource "
                       : "ulimit -l 0 && exec ";
    const Ran ran = run_conform("", unprivileged);
    EXPECT_EQ(ran.code, 4) << ran.err;
    EXPECT_TRUE(has_part(ran.out, "nothing can be compared: RLIMIT_MEMLOCK"));
    EXPECT_EQ(run_conform("--allow-incomplete", unprivileged).code, 0);
}

TEST_F(ConformProgram, EndsWhenInterrupted) {
    if (!host_facts().blocked.empty()) {
        GTEST_SKIP() << host_facts().blocked;
    }
    // It compares, or is about to, once the first line is there.
    const std::string script = "cd '" + folder.string() +
                               "' && mkfifo pipe && { '" HEDDLE_CONFORM_PROGRAM
                               "' --sequences 100000000 --time 30 >pipe 2>err & } && exec 3<pipe "
                               "&& read -r line <&3 && kill -INT $! && cat <&3 >out; wait $!";
    const int status = std::system(script.c_str());
    EXPECT_EQ(WEXITSTATUS(status), 130);
}

}  // namespace
}  // namespace heddle::conform_test
