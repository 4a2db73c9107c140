// SPDX-License-Identifier: Apache-2.0
#include "bench/analysis/command.h"

int main(int argc, char** argv) { return heddle::bench::run_bench_program(argc, argv); }
