#include <iostream>
#include <map>
#include "scenarios/conform/host_facts.h"
#include "scenarios/conform/known_changes.h"
#include "scenarios/conform/model_side.h"
#include "scenarios/conform/sequence_text.h"
#include "scenarios/conform/syscall_random.h"
#include "scenarios/conform/syscall_shrink.h"
using namespace heddle;
int main(int argc, char** argv) {
    ModelWorld world;
    ModelSide model(world, modern_fixes());
    HostSide host({});
    HostFacts facts = probe_host({});
    std::mt19937_64 random(1);
    std::map<std::string, int> seen, known;
    unsigned calls = 0, diffs = 0;
    const unsigned n = argc > 1 ? std::stoi(argv[1]) : 100;
    auto unexplained = [&](const SyscallSequence& o) -> std::optional<Difference> {
        auto r = compare_sides(fit_to_host(o, facts), model, host, facts.tells_onfault);
        for (auto& d : r.differences)
            if (!explanation_of(d))
                return d;
        return {};
    };
    for (unsigned i = 0; i < n; ++i) {
        SyscallSequence s = fit_to_host(random_sequence(random, 12, 8), facts);
        Comparison c = compare_sides(s, model, host, facts.tells_onfault);
        if (!c.broken.empty())
            std::cout << "BROKEN " << c.broken << "\n";
        calls += c.calls;
        bool un = false;
        for (auto& d : c.differences)
            if (auto* k = explanation_of(d))
                ++known[k->name];
            else
                un = true;
        if (!un)
            continue;
        ++diffs;
        SyscallSequence small = shrink_sequence(
            s, [&](const SyscallSequence& o) { return unexplained(o).has_value(); });
        std::string t = difference_text(*unexplained(small)) + sequence_text(small) + "\n";
        if (seen[t]++ == 0)
            std::cout << t << std::endl;
    }
    for (auto& [k, v] : known)
        std::cout << k << " " << v << "\n";
    std::cout << n << " sequences " << calls << " calls " << diffs << " differ\n";
    std::multimap<int, std::string> by;
    for (auto& [t, k] : seen)
        by.emplace(-k, t);
    int k = 0;
    for (auto& [c, t] : by) {
        std::cout << -c << " x\n" << t << "\n";
        if (++k == 25)
            break;
    }
}
