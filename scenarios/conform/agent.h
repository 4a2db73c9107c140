// SPDX-License-Identifier: Apache-2.0
// What the program and its agent (agent.cpp) say to each other, over sockets of type SEQPACKET.
#pragma once

namespace heddle {

struct AgentOrder {
    long number = 0;  // of a system call of x86-64, or agent_fork
    unsigned long arguments[6] = {};
    unsigned pointers = 0;  // a bit per argument that is an offset into `data`
    unsigned char data[32] = {};
};

struct AgentAnswer {
    long result = 0;  // as the kernel returns it, or of a fork the child's process id
};

// fork() into a sibling, which answers at the other socket.
constexpr long agent_fork = -1;

// File descriptors of an agent: the sockets of both processes, the files they map, and what
// touches pages.
constexpr int agent_socket = 3;
constexpr int agent_file = 5;
constexpr int agent_zero = 7;     // /dev/zero: to be read into a page
constexpr int agent_scratch = 8;  // to write from a page into
constexpr int agent_fds_end = 9;

}  // namespace heddle
