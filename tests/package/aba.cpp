// SPDX-License-Identifier: Apache-2.0
// Treiber's stack without a count beside its head: a node that comes back confuses pop() (ABA).
#include <iostream>

#include "checker/heddle.h"
using namespace heddle;

struct Stack {
    atomic_t head;          // the top node; 0: empty
    int below[3], data[3];  // of each node; its data are for who has popped it
};

int pop(Stack& stack) {
    const int top = atomic_read(&stack.head);
    const int next = READ_ONCE(stack.below[top]);
    return atomic_cmpxchg(&stack.head, top, next) == top ? top : pop(stack);
}

void push(Stack& stack, int node) {
    const int top = atomic_read(&stack.head);
    WRITE_ONCE(stack.below[node], top);
    return atomic_cmpxchg(&stack.head, top, node) == top ? void() : push(stack, node);
}

void build(Setup& setup) {
    Stack& stack = setup.world<Stack>() = {.head = {1}, .below = {0, 2, 0}, .data = {}};
    setup.name(stack.head, "head");
    setup.name(stack.below, "below");
    setup.task("popper", [&] { pop(stack), plain_store(stack.data[pop(stack)], 1); });
    setup.task("recycler", [&] {
        const int first = pop(stack), second = pop(stack);
        push(stack, first), plain_store(stack.data[second], 2);
    });
}

int main() {
    const Scenario aba = {.name = "aba", .build = build};
    std::cout << text_of(aba, check(aba));
}
