// SPDX-License-Identifier: Apache-2.0
// The queue that the checker has checked, compiled for real threads.
#include <thread>

#include "ring.h"

int main() {
    constexpr int items = 10'000;
    Ring ring = {};
    std::thread producer([&ring] {
        for (int item = 1; item <= items; ++item) {
            while (!ring.put(item)) {
                heddle::cpu_relax();
            }
        }
    });
    int mistakes = 0;
    for (int expected = 1; expected <= items; ++expected) {
        int item = 0;
        while ((item = ring.take()) == 0) {
            heddle::cpu_relax();
        }
        mistakes += item == expected ? 0 : 1;
    }
    producer.join();
    return mistakes == 0 ? 0 : 1;
}
