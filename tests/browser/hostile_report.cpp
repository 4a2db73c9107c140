// SPDX-License-Identifier: Apache-2.0
// Writes a report all of whose names want to be markup: hostile_report FILE
#include <cstdio>
#include <fstream>

#include "checker/sync/sync.h"
#include "scenarios/report/html.h"

namespace heddle {

namespace {

constexpr const char* script = "</script><script>alert('script')</script>";
constexpr const char* comment = "<!--<script>alert('comment')";
constexpr const char* image = "<img src=x onerror=alert('image')>";
constexpr const char* letters =
    "\u00fc\u2028\u2029\U0001f9f5 @HEDDLE_RESULTS@ \"quoted\" \\u003c &lt; \xff";

struct HostileWorld {
    atomic_t word;
    spinlock_t lock;
};

const Scenario hostile = {
    .name = script,
    .story = comment,
    .build =
        [](Setup& setup) {
            auto& world = setup.world<HostileWorld>();
            setup.name(world.word, image);
            setup.name(world.lock, comment);
            const auto body = [&world] {
                spin_lock(&world.lock);
                atomic_inc(&world.word);
                spin_unlock(&world.lock);
            };
            setup.task(script, body);
            setup.task(letters, body);
            setup.claim({.name = image,
                         .formula = script,
                         .moment = Moment::finally,
                         .holds = [] { return false; },
                         .sides = [] { return std::string(comment) + letters; }});
            setup.describe(
                [] { return std::string("page:") + image + " " + script + "\n" + comment + "\n"; });
        },
    .expect = std::string("fail:") + image,
    .hash = "5c0ffee5"};

}  // namespace

}  // namespace heddle

int main(int count, char** arguments) {
    if (count != 2) {
        std::fputs("hostile_report: expected the name of a file to write\n", stderr);
        return 2;
    }
    using namespace heddle;
    const std::vector<Result> results = {check_scenario({hostile, image}, {})};
    std::ofstream out(arguments[1]);
    write_html(out, {results, {script}, ExitCode::met});
    out.close();
    return out ? 0 : 1;
}
